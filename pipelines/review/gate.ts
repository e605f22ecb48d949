// The gate: under the lease and before the first change, it makes the plan anew and looks for approvals of exactly that.
import type { PlannedResource } from "../../infra/planned.ts";
import type { Workspace } from "../environment/workspace.ts";
import { Refusal } from "../errors.ts";
import { takeRelease, grant } from "./approved.ts";
import { noteAgreed, noteFree } from "./begun.ts";
import type { Deployable } from "../rollout/fleet.ts";
import type { Approved, ReviewPolicy } from "./change.ts";
import type { CheckedApproval } from "./check.ts";
import { readDelivered } from "./delivered.ts";
import type { Delivered } from "./delivered.ts";
import { groundOf } from "./ground.ts";
import type { Ground, ReviewScope } from "./ground.ts";
import { contentOf, ranBefore } from "./history.ts";
import { approvalsFor, judgePlanned } from "./judge.ts";
import { peopleOf } from "./people.ts";
import type { People } from "./people.ts";
import { changePlan, isEmpty } from "./plan.ts";
import { atLeast, demands, strictest } from "./ranges.ts";
import { useUp } from "./records.ts";
import { notApproved, unsignedCommits } from "./refusals.ts";
import type { ReviewVerdict } from "./verdict.ts";

export interface Review {
  /** Names of what may go, by approvals that are good: the engine does not even plan the end of what it protects. */
  acknowledged: string[];
  /** Refuses unless enough people agreed to what would be done; null: nothing would be. Uses the approvals up. */
  pass: (planned: readonly PlannedResource[]) => Promise<Approved | null>;
}

/** Opens the gate of an environment; undefined where nobody has to agree. `state`: version of the engine's state. */
export async function openReview(
  workspace: Workspace,
  scope: ReviewScope,
  state: () => Promise<string>,
): Promise<Review | undefined> {
  const { name, store } = workspace;
  if (name.local) return undefined;
  const delivered = await readDelivered(store, name.id);
  if (!demands(policyOf(workspace, scope, delivered))) return undefined;
  const ground = await groundOf(workspace, scope, state, delivered);
  // What is wrong with the approvers matters only once somebody has to agree.
  const people = await peopleOf(workspace.repo, ground.plan, ground.builders).catch((error: unknown) => {
    if (error instanceof Refusal && error.code === "E_APPROVERS") return error;
    throw error;
  });
  if (people instanceof Refusal)
    return {
      acknowledged: [],
      pass: async (planned) => {
        if (isEmpty(changePlan(ground.plan, planned))) return null;
        throw people;
      },
    };
  return {
    acknowledged: namedBy(await approvalsFor(workspace, ground, people), ground),
    pass: (planned) => pass(workspace, ground, people, planned),
  };
}

async function pass(
  workspace: Workspace,
  ground: Ground,
  people: People,
  planned: readonly PlannedResource[],
): Promise<Approved | null> {
  const { policy } = ground;
  // Looked at once more: planning takes a while, and an approval may have been revoked meanwhile.
  const { plan, verdict } = await judgePlanned(workspace, ground, people, planned);
  // Nobody has to agree to nothing; but who did has moved on where the next change begins.
  if (isEmpty(plan) && (!verdict.enough || verdict.people === 0)) return null;
  if (policy.signedCommits && people.unsigned.length > 0) throw unsignedCommits(plan, people.unsigned);
  if (!verdict.enough) throw notApproved(plan, verdict, { policy, people });
  const by = await useAll(workspace, verdict);
  await noteAgreed(workspace, ground);
  const { digest, people: agreed } = verdict;
  return grant(plan, { people: agreed, digest, acknowledged: acknowledgedByAll(verdict), by });
}

/** Lifted only to make the plan, and put back when it is refused: what counts is what approvals of exactly that plan name. */
function namedBy(checked: readonly CheckedApproval[], { plan }: Ground): string[] {
  return checked.flatMap(({ standing, stored }) =>
    standing === "good" && stored?.approval.commit === plan.commit ? stored.approval.acknowledged : [],
  );
}

/**
 * The same for one release. `approved`: from `up`, which asked for all of it at once; `people`: at least so many, for a hotfix. An
 * unfinished rollout goes on without: it was agreed to when it began.
 */
export async function passRelease(
  workspace: Workspace,
  service: string,
  target: Deployable,
  { approved, people = 0 }: { approved?: Approved | undefined; people?: number | undefined } = {},
): Promise<Approved | null> {
  const { name } = workspace;
  if (name.local) return null;
  const release = { service, to: target.id, digest: target.digest, content: contentOf(target) };
  if (approved && takeRelease(approved, name.id, release, people)) return approved;
  const scope = { infra: false, releases: [{ service, release: target.release }], people };
  const review = await openReview(workspace, scope, async () => (await workspace.stack()).version());
  if (review !== undefined) return review.pass([]);
  await noteFree(workspace, service, target);
  return null;
}

/**
 * A rollback asks nobody, so where people have to agree it goes only to what a rollout of ours has put there: anything else that a pin
 * names as its history was written by hand. Refuses with E_NOTHING_TO_ROLL_BACK.
 */
export async function passRollback(workspace: Workspace, service: string, target: Deployable): Promise<void> {
  const { name, store } = workspace;
  if (name.local) return;
  const scope = { infra: false, releases: [{ service }] };
  if (!demands(policyOf(workspace, scope, await readDelivered(store, name.id)))) return;
  if (await ranBefore(workspace, service, target)) return;
  const { release } = target;
  throw new Refusal("E_NOTHING_TO_ROLL_BACK", {
    what: `the pin of ${service} says that ${release} was good in ${name.id}, and no rollout that the journal knows has put it there`,
    state: "nothing was touched",
    next: `surefoot deploy ${name.id} ${service} --release ${release}, which asks for approval`,
  });
}

/** Who must agree, by what is checked out and what was last carried out. */
function policyOf({ description }: Workspace, scope: ReviewScope, delivered: Delivered): ReviewPolicy {
  const sources = scope.releases.map(({ service }) => ({ service, source: null }));
  return strictest(delivered, { infra: scope.infra, sources }, atLeast(description.approval, scope));
}

/** Uses up every approval of the plan, those beyond the needed number too: none is left for doing it again. */
async function useAll({ store, who, name }: Workspace, { judged, digest }: ReviewVerdict): Promise<string[]> {
  const by = new Set<string>();
  for (const { standing, stored } of judged) {
    if (standing !== "valid" || stored === undefined) continue;
    if (!(await useUp(store, stored.approval, who, `carries out ${digest}`)))
      throw new Refusal("E_APPROVAL_USED", {
        what: `the approval of ${name.id} by ${stored.approval.principal} was used by another run in the same moment`,
        state: "nothing was changed",
        next: `surefoot approvals ${name.id}`,
      });
    by.add(stored.approval.principal);
  }
  return [...by];
}

function acknowledgedByAll({ judged }: ReviewVerdict): string[] {
  const lists = judged.flatMap(({ standing, stored }) =>
    standing === "valid" && stored ? [stored.approval.acknowledged] : [],
  );
  return (lists[0] ?? []).filter((name) => lists.every((list) => list.includes(name)));
}
