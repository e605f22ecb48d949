// Rolls out with the pin committed to its branch when the rollout begins and again when it has ended, well or not.
import type { PinBranch } from "../drivers/pin-commits.ts";
import { keepPins } from "../environment/pin-branch.ts";
import type { Workspace } from "../environment/workspace.ts";
import type { Progress } from "./context.ts";
import type { DeployResult } from "./deploy.ts";

export interface KeepingPins {
  /** Null: pins stay in the work tree. */
  branch: PinBranch | null;
  service: string;
  tell: (progress: Progress) => void;
}

/** How a rollout ended, for those who read git. */
export interface RolloutEnd {
  /** `unverified`: it runs, and its contract samples differ. */
  outcome: DeployResult["outcome"] | "unverified";
  reason: string;
}

/** Around `deploy` and `promote`; throws as `work` does, and with E_PINS_PUSH where the end cannot be committed. */
export async function keepingPins<T extends { deployed: DeployResult | null }>(
  workspace: Workspace,
  { branch, service, tell }: KeepingPins,
  work: (tell: KeepingPins["tell"]) => Promise<T>,
): Promise<T> {
  const titleOf = (release: string) => `${workspace.name.description}: ${service} ${release}`;
  const commit = (message: string): Promise<void> => keepPins(workspace, branch, message);
  // The pin is written before the first wave, and git knows it from then on.
  let begun = Promise.resolve();
  const watch = (progress: Progress): void => {
    // A failure must not end the rollout half way: the commit at its end says all of it, or fails for the same cause.
    if (progress.type === "plan") begun = commit(titleOf(progress.plan.target.release)).catch(() => {});
    tell(progress);
  };
  // Interrupted too: nothing of ours is to write in the tree once the verb has ended.
  const result = await work(watch).finally(() => begun);
  // Somebody else was faster, or it ran here already: git knows of it.
  if (result.deployed === null) return result;
  await commit(messageOf(titleOf(result.deployed.release), endOf(workspace, result.deployed)));
  return result;
}

function messageOf(title: string, { outcome, reason }: RolloutEnd): string {
  if (outcome === "deployed") return `${title} is verified`;
  if (outcome === "paused" || outcome === "unverified") return `${title} is not verified\n\n${reason}`;
  return `Revert "${title}"\n\n${outcome}: ${reason}`;
}

/** The end as git and people are told of it: what differs from its contract samples runs, and is not verified. */
export function endOf({ pins }: Pick<Workspace, "pins">, deployed: DeployResult): RolloutEnd {
  const { outcome, reason, evidence, service } = deployed;
  if (outcome !== "deployed" || pins.of(service).verifiedAt !== undefined) return { outcome, reason };
  return { outcome: "unverified", reason: evidence.join("\n") || reason };
}
