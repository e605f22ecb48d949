// Makes the plan of a change for people to look at and to sign: the same that the gate will make, without changing anything.
import { judgePlan } from "../preview/run.ts";
import type { Preview } from "../preview/run.ts";
import type { Workspace } from "../environment/workspace.ts";
import { Refusal } from "../errors.ts";
import type { ChangePlan } from "./change.ts";
import { digestOf } from "./digest.ts";
import { groundOf } from "./ground.ts";
import type { Ground, ReviewScope } from "./ground.ts";
import { judgePlanned } from "./judge.ts";
import { peopleOf } from "./people.ts";
import type { People } from "./people.ts";
import type { ReviewVerdict } from "./verdict.ts";

export interface ProposalOrder extends ReviewScope {
  /** Names or URNs of what holds data and may go. */
  acknowledged: readonly string[];
  signal: AbortSignal;
}

export interface Proposal {
  plan: ChangePlan;
  digest: string;
  ground: Ground;
  people: People;
  /** What the engine would do; null where only releases are asked about. */
  preview: Preview | null;
  /** Approvals so far. */
  verdict: ReviewVerdict;
}

/** Makes the plan. Refuses as the gate does where approvers or commits are in doubt, and as the engine does. */
export async function propose(workspace: Workspace, order: ProposalOrder): Promise<Proposal> {
  const { description, name } = workspace;
  if (order.infra) await workspace.platform.admit();
  const stack = await workspace.stack(order.signal);
  const ground = await groundOf(workspace, order, stack.version);
  const people = await peopleOf(workspace.repo, ground.plan, ground.builders);
  const planned = order.infra ? await plannedWith(workspace, stack, order) : [];
  const { plan, verdict } = await judgePlanned(workspace, ground, people, planned);
  const judged = judgePlan(planned, description, order.acknowledged);
  const preview = order.infra ? { environment: name.id, offline: false, seconds: 0, ...judged } : null;
  return { plan, digest: digestOf(plan), ground, people, preview, verdict };
}

/** The engine does not even plan the end of what it protects: for what is named, the mark is lifted while it plans. */
async function plannedWith(
  { description, name, underLease }: Workspace,
  stack: Awaited<ReturnType<Workspace["stack"]>>,
  { acknowledged, signal }: ProposalOrder,
) {
  const ruled = description.platform !== "local" && description.platform !== "ssh";
  if (!ruled || acknowledged.length === 0) return stack.preview().catch(nameFirst(name.id));
  // The mark is in the engine's state, and that is written: nobody else may be at it.
  return underLease(`plan for an approval of ${name.id}`, signal, async () => {
    const lifted = await stack.markProtected(acknowledged, false);
    try {
      return await stack.preview().catch(nameFirst(name.id));
    } finally {
      if (lifted.length > 0) await stack.markProtected(lifted, true);
    }
  });
}

/** What is protected and not named cannot even be planned. */
const nameFirst = (environment: string) => (error: unknown) => {
  if (!(error instanceof Refusal) || error.code !== "E_PROTECTED") throw error;
  throw new Refusal("E_ACKNOWLEDGE", {
    what: error.message,
    state: "nothing was approved",
    next: error.next.replace(`surefoot up ${environment}`, `surefoot approve ${environment}`),
    details: error.details,
  });
};
