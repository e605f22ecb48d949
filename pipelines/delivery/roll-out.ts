// Rolls one planned release out, with its pin committed when it begins and again when it has ended, well or not.
import { commitPins } from "../drivers/pin-commits.ts";
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
  const commit = async (message: string): Promise<void> => {
    if (branch !== null && !workspace.name.local)
      await commitPins(workspace.repo, branch, { environment, message });
  };
  // The pin is written before the first wave, and git knows it from then on.
  let pinned = Promise.resolve();
  const watch = (progress: Progress): void => {
    if (progress.type === "plan") pinned = commit(`${environment}: ${service} ${target.release}`);
    // Awaited below; a failure here must not end the rollout half way.
    pinned.catch(() => {});
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
  const result = await tellingRollout(telling, run);
  // Somebody else was faster: it runs here already.
  const { outcome, reason: why } = result ?? { outcome: "deployed", reason: "" };
  await pinned;
  const back = `Revert "${environment}: ${service} ${target.release}"\n\n${outcome}: ${why}`;
  await commit(outcome === "deployed" ? `${environment}: ${service} ${target.release} is verified` : back);
  return { service, from, to: target.release, outcome, reason: why };
}
