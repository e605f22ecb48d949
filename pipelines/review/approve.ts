// The verb `approve`: a person signs exactly one plan with an SSH key, for a limited time.
import { randomUUID } from "node:crypto";
import { sign } from "../drivers/ssh-signature.ts";
import { signingKey } from "../drivers/ssh-signature-key.ts";
import type { SigningKey } from "../drivers/ssh-signature-key.ts";
import type { Workspace } from "../environment/workspace.ts";
import { Refusal } from "../errors.ts";
import { recorded } from "../ledger/recorded.ts";
import { namespace, signedText } from "./approval.ts";
import type { Approval, StoredApproval } from "./approval.ts";
import { checkApproval } from "./check.ts";
import { unnamed } from "./plan.ts";
import type { Proposal } from "./propose.ts";
import { forgetOld, keepApproval } from "./records.ts";
import { approveCommand } from "./refusals.ts";

export interface ApproveOrder {
  /** Path of the key; by default the one that git signs with. */
  key?: string | undefined;
  /** Principal, where the key has more than one name. */
  as?: string | undefined;
  acknowledged: readonly string[];
  reason: string;
  /** Hears ssh-keygen while it waits for a person. */
  tell: (words: string) => void;
}

/**
 * Signs the plan, checks the signature as the gate will, and keeps it. Refuses with E_ACKNOWLEDGE, E_APPROVAL_SELF,
 * E_APPROVAL_INVALID (a key of nobody who may approve), E_SIGN.
 */
export async function approve(
  workspace: Workspace,
  proposal: Proposal,
  order: ApproveOrder,
): Promise<Approval> {
  const { digest } = proposal;
  const what = `approve ${workspace.name.id} ${digest}`;
  return recorded(
    workspace,
    { verb: "approve", what, why: order.reason },
    async () => {
      allNamed(proposal, order.acknowledged);
      const key = await signingKey(workspace.repo, order.key);
      const principal = principalOf(proposal, key, order.as);
      notAnAuthor(proposal, principal, key);
      const approval = await approvalOf(workspace, proposal, { ...order, principal, key });
      const signature = await sign(signedText(approval), { key, namespace, tell: order.tell });
      const stored: StoredApproval = { approval, signature, plan: proposal.plan };
      await mustHold(workspace, proposal, stored);
      await forgetOld(workspace.store, workspace.name.id);
      await keepApproval(workspace.store, stored);
      return approval;
    },
    ({ id, principal, key, expiresAt, acknowledged, commit }) => ({
      outcome: "approved",
      data: { id, digest, commit, principal, key, expiresAt, acknowledged },
    }),
  );
}

async function approvalOf(
  { store, name }: Workspace,
  { plan, digest, ground }: Proposal,
  {
    principal,
    key,
    acknowledged,
    reason,
  }: Pick<ApproveOrder, "acknowledged" | "reason"> & {
    principal: string;
    key: SigningKey;
  },
): Promise<Approval> {
  const now = await store.now();
  return {
    schema: 1,
    id: randomUUID(),
    environment: name.id,
    digest,
    commit: plan.commit,
    principal,
    key: key.fingerprint,
    approvedAt: new Date(now).toISOString(),
    expiresAt: new Date(now + ground.policy.expires * 1000).toISOString(),
    acknowledged: [...acknowledged],
    reason,
  };
}

/** Refuses with E_ACKNOWLEDGE unless each thing that holds data and would end is named. */
function allNamed({ plan }: Proposal, acknowledged: readonly string[]): void {
  const missing = unnamed(plan, acknowledged);
  if (missing.length === 0) return;
  throw new Refusal("E_ACKNOWLEDGE", {
    what: `this plan ends ${missing.length === 1 ? "something that holds" : `${missing.length} things that hold`} data and ${missing.length === 1 ? "is" : "are"} not named`,
    state: "nothing was approved",
    next: approveCommand(plan),
    details: missing.map(({ op, name, type, urn }) => `${op} ${name} (${type}) ${urn}`),
  });
}

function principalOf({ people }: Proposal, key: SigningKey, asked: string | undefined): string {
  const [head] = people.sides;
  const mine = (head?.keys ?? []).filter(({ fingerprint }) => fingerprint === key.fingerprint);
  const names = [...new Set(mine.flatMap(({ principals }) => principals))];
  const wanted = asked?.toLowerCase();
  if (wanted !== undefined && names.includes(wanted)) return wanted;
  const [only] = names;
  if (wanted === undefined && only !== undefined && names.length === 1) return only;
  const several = names.length > 1 && wanted === undefined;
  throw new Refusal("E_APPROVAL_INVALID", {
    what: several
      ? `${key.label} belongs to several names: ${names.join(", ")}`
      : `${key.label} (${key.fingerprint}) is no key of ${wanted ?? "anybody"} in environments/approvers`,
    state: "nothing was approved",
    next: several ? `say as which: --as ${only}` : "sign with a key that is listed there: --key <path>",
  });
}

/** Refuses with E_APPROVAL_SELF before anything is signed. */
function notAnAuthor({ people, plan }: Proposal, principal: string, key: SigningKey): void {
  const { authors, personOf } = people;
  const author = authors.get(personOf(principal)) ?? authors.get(personOf(key.fingerprint));
  if (author === undefined) return;
  throw new Refusal("E_APPROVAL_SELF", {
    what: `${principal} made part of this change (as ${author}), so somebody else must approve it`,
    state: "nothing was approved",
    next: `somebody else of environments/approvers runs: ${approveCommand(plan)}`,
  });
}

/** The same checks as at the gate, at once: a signature that would not count is not kept. */
async function mustHold(
  workspace: Workspace,
  { ground, people }: Proposal,
  stored: StoredApproval,
): Promise<void> {
  const { store, name } = workspace;
  const record = { digest: stored.approval.digest, fingerprint: stored.approval.key, stored };
  const around = { store, environment: name.id, people, policy: ground.policy };
  const { standing, why } = await checkApproval(record, around, await store.now());
  if (standing === "good") return;
  throw new Refusal(standing === "revoked" ? "E_APPROVAL_REVOKED" : "E_APPROVAL_INVALID", {
    what: `the signature was made but would not count: ${why}`,
    state: "nothing was approved",
    next: "mend what is named; environments/approvers must list the key at this commit and at the one that was last carried out",
  });
}
