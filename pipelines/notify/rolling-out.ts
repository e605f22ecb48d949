// A rollout as others see it: its pin committed to its branch, its chats told. Around `deploy` and `promote`, by whichever verb.
import type { Workspace } from "../environment/workspace.ts";
import type { DeployResult } from "../rollout/deploy.ts";
import { keepingPins } from "../rollout/keeping-pins.ts";
import type { KeepingPins } from "../rollout/keeping-pins.ts";
import { tellingRollout } from "./telling.ts";
import type { Telling } from "./telling.ts";

/** Throws as `work` and `keepingPins` do. */
export function rollingOut<T extends { deployed: DeployResult | null }>(
  workspace: Workspace,
  { branch, service, notifier, tell }: KeepingPins & Pick<Telling, "notifier">,
  work: (tell: KeepingPins["tell"]) => Promise<T>,
): Promise<T> {
  const environment = workspace.name.id;
  return keepingPins(workspace, { branch, service, tell }, (kept) =>
    tellingRollout({ notifier, environment, service, tell: kept }, work),
  );
}
