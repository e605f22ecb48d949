// Judges what the engine would do: the plan of it, and who agreed to exactly that plan so far.
import type { PlannedResource } from "../../infra/planned.ts";
import type { Workspace } from "../environment/workspace.ts";
import type { ChangePlan } from "./change.ts";
import { checkApprovals } from "./check.ts";
import type { CheckedApproval } from "./check.ts";
import type { Ground } from "./ground.ts";
import type { People } from "./people.ts";
import { changePlan } from "./plan.ts";
import { judgeReview } from "./verdict.ts";
import type { ReviewVerdict } from "./verdict.ts";

/** Makes the plan and looks for approvals of it, as they lie in the store now. */
export async function judgePlanned(
  workspace: Workspace,
  ground: Ground,
  people: People,
  planned: readonly PlannedResource[],
): Promise<{ plan: ChangePlan; verdict: ReviewVerdict }> {
  const plan = changePlan(ground.plan, planned);
  return { plan, verdict: await verdictOn(workspace, { plan, ground, people }) };
}

/** The same of a plan that was made before. */
export async function verdictOn(
  workspace: Workspace,
  { plan, ground, people }: { plan: ChangePlan; ground: Ground; people: People },
): Promise<ReviewVerdict> {
  const { policy } = ground;
  return judgeReview(plan, await approvalsFor(workspace, ground, people), { people, policy });
}

/** Every approval of the environment, checked against the people of a change. */
export async function approvalsFor(
  { store, name }: Workspace,
  { policy }: Pick<Ground, "policy">,
  people: People,
): Promise<CheckedApproval[]> {
  return checkApprovals({ store, environment: name.id, people, policy });
}
