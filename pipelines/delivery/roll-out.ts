// Rolls one planned release out, with its pin committed when it begins and again when it has ended, well or not.
import { keepPins } from "../environment/pin-branch.ts";
import type { UpResult } from "../environment/up.ts";
import type { Workspace } from "../environment/workspace.ts";
import type { Notifier } from "../notify/notifier.ts";
import { tellingRollout } from "../notify/telling.ts";
import { promote } from "../promotion/run.ts";
import type { Progress } from "../rollout/context.ts";
import { deploy } from "../rollout/deploy.ts";
import type { DeployResult } from "../rollout/deploy.ts";
import type { LegOrder, LegWatching } from "./leg.ts";
import type { PlannedRelease } from "./leg-plan.ts";
import type { DeliveredRelease } from "./result.ts";

export interface RollOutWatching extends LegWatching {
  notifier: Notifier;
  /** From the `up` of the same leg. */
  approved: UpResult["approved"];
}

/** Promotes it where it comes from another environment, else deploys it. Throws as those do; a rollback is a result. */
export async function rollOut(
  workspace: Workspace,
  { pins: branch, reason }: LegOrder,
  { service, target, from, promoted }: PlannedRelease,
  { say, tell, signal, notifier, approved }: RollOutWatching,
): Promise<DeliveredRelease> {
  const environment = workspace.name.description;
  const commit = (message: string): Promise<void> => keepPins(workspace, branch, message);
  // The pin is written before the first wave, and git knows it from then on.
  let begun = Promise.resolve();
  const watch = (progress: Progress): void => {
    // A failure must not end the rollout half way: the commit at its end says all of it, or fails for the same cause.
    if (progress.type === "plan")
      begun = commit(`${environment}: ${service} ${target.release}`).catch(() => {});
    tell(service, progress);
  };
  const order = {
    service,
    release: target.release,
    reason,
    hotfix: false,
    breakGlass: false,
    acceptWave: false,
    ...(approved === null ? {} : { approved }),
  };
  const run = (told: typeof watch): Promise<DeployResult | null> =>
    promoted
      ? promote(workspace, { ...order, liftHold: false, wait: false }, { tell: told, say, signal }).then(
          ({ deployed }) => deployed,
        )
      : deploy(workspace, order, { tell: told, signal });
  const telling = { notifier, environment: workspace.name.id, service, tell: watch, known: approved };
  // Interrupted too: nothing of ours is to write in the tree once the verb has ended.
  const result = await tellingRollout(telling, run).finally(() => begun);
  const ended = endOf(result, workspace.pins.of(service).verifiedAt !== undefined);
  const title = `${environment}: ${service} ${target.release}`;
  const back = `Revert "${title}"\n\n${ended.outcome}: ${ended.reason}`;
  const stays = ended.outcome === "paused" || ended.outcome === "unverified";
  const titles = { deployed: `${title} is verified`, stays: `${title} is not verified\n\n${ended.reason}` };
  await commit(ended.outcome === "deployed" ? titles.deployed : stays ? titles.stays : back);
  return { service, from, to: target.release, ...ended };
}

/** Null: somebody else was faster, and it runs here already. */
function endOf(
  result: DeployResult | null,
  isVerified: boolean,
): Pick<DeliveredRelease, "outcome" | "reason"> {
  if (result === null) return { outcome: "deployed", reason: "" };
  const { outcome, reason, evidence } = result;
  if (outcome !== "deployed" || isVerified) return { outcome, reason };
  return { outcome: "unverified", reason: evidence.join("\n") || reason };
}
