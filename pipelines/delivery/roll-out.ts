// Rolls one planned release out, with its pin on the branch that the delivery keeps pins on.
import type { UpResult } from "../environment/up.ts";
import type { Workspace } from "../environment/workspace.ts";
import type { Notifier } from "../notify/notifier.ts";
import { rollingOut } from "../notify/rolling-out.ts";
import { promote } from "../promotion/run.ts";
import type { KeepingPins } from "../rollout/keeping-pins.ts";
import type { Progress } from "../rollout/context.ts";
import { endOf } from "../rollout/keeping-pins.ts";
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
  { pins, reason }: LegOrder,
  { service, target, from, promoted }: PlannedRelease,
  { say, tell, signal, notifier, approved }: RollOutWatching,
): Promise<DeliveredRelease> {
  const order = {
    service,
    release: target.release,
    reason,
    hotfix: false,
    breakGlass: false,
    acceptWave: false,
    pins,
    ...(approved === null ? {} : { approved }),
  };
  const run = async (told: KeepingPins["tell"]): Promise<{ deployed: DeployResult | null }> =>
    promoted
      ? promote(workspace, { ...order, liftHold: false, wait: false }, { tell: told, say, signal })
      : { deployed: await deploy(workspace, order, { tell: told, signal }) };
  const seen = { branch: pins, service, notifier, tell: (progress: Progress) => tell(service, progress) };
  const { deployed } = await rollingOut(workspace, seen, run);
  // Nothing: somebody else was faster, and it runs here already.
  const end = deployed === null ? { outcome: "deployed", reason: "" } : endOf(workspace, deployed);
  return { service, from, to: target.release, ...end };
}
