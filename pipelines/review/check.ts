// Checks every approval of an environment: whole, signed by an approver's key, in time, not revoked and not used before.
import pLimit from "p-limit";
import { checkSignature } from "../drivers/ssh-signature.ts";
import { readSignature } from "../drivers/ssh-signature-format.ts";
import type { Store } from "../drivers/store.ts";
import { namespace, signedText } from "./approval.ts";
import type { Approval, StoredApproval } from "./approval.ts";
import type { ReviewPolicy } from "./change.ts";
import { digestOf } from "./digest.ts";
import { listsOf } from "./people.ts";
import type { People, Side } from "./people.ts";
import { readApprovals, revokedMark, usedMark } from "./records.ts";
import type { ApprovalRecord } from "./records.ts";

/** `good`: whether it is for the plan in question, and by somebody else than its authors, is not judged here. */
export type Standing = "good" | "invalid" | "revoked" | "used" | "expired";

export interface CheckedApproval {
  /** As the place says where it is kept. */
  digest: string;
  fingerprint: string;
  stored: StoredApproval | undefined;
  standing: Standing;
  why: string;
}

export interface CheckGround {
  store: Store;
  environment: string;
  people: People;
  policy: ReviewPolicy;
}

// A signer's clock does not count, and the store's may tell whole seconds only.
const aheadMilliseconds = 5000;

/** All of them; times are judged by the store's clock. */
export async function checkApprovals(ground: CheckGround): Promise<CheckedApproval[]> {
  const { store, environment } = ground;
  const [records, now] = [await readApprovals(store, environment), await store.now()];
  const limit = pLimit(8);
  return Promise.all(records.map((record) => limit(() => checkApproval(record, ground, now))));
}

/** One of them. `now`: by the store, epoch milliseconds. */
export async function checkApproval(
  record: ApprovalRecord,
  ground: CheckGround,
  now: number,
): Promise<CheckedApproval> {
  const fault = (await invalid(record, ground, now)) ?? null;
  if (fault !== null || record.stored === undefined)
    return { ...record, standing: "invalid", why: fault ?? "it cannot be read" };
  const [standing, why] = await lasting(record.stored.approval, ground, now);
  return { ...record, standing, why };
}

/** Why it is no approval at all; undefined where it is one. */
async function invalid(
  { digest, fingerprint, stored }: ApprovalRecord,
  { environment, people }: CheckGround,
  now: number,
): Promise<string | undefined> {
  if (stored === undefined) return "it cannot be read: it was changed after it was signed";
  const { approval, signature, plan } = stored;
  if (approval.digest !== digest || approval.key !== fingerprint || approval.environment !== environment)
    return "it lies in the place of another approval";
  if (digestOf(plan) !== digest) return "the plan kept with it is not the one that was signed";
  const parts = readSignature(signature);
  if (parts === undefined) return "its signature is none";
  if (parts.namespace !== namespace)
    return `it is a signature for ${JSON.stringify(parts.namespace)}, not for ${namespace}`;
  if (parts.fingerprint !== approval.key) return "it was signed with another key than it names";
  for (const side of people.sides) {
    const fault = await refusedBy(side, stored, now);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Why this side's list does not know the signature; a revoked key is told by `lasting`. */
async function refusedBy(side: Side, { approval, signature }: StoredApproval, at: number) {
  const principal = approval.principal.toLowerCase();
  const mine = side.keys.filter(({ fingerprint }) => fingerprint === approval.key);
  if (!mine.some(({ principals }) => principals.includes(principal)))
    return `${approval.key} is no key of ${principal} in environments/approvers of ${side.label}`;
  const { allowed } = listsOf(side);
  const check = { message: signedText(approval), signature, principal, namespace, allowed, revoked: "", at };
  const fault = await checkSignature(check);
  return fault === null ? undefined : `its signature does not hold: ${fault}`;
}

async function lasting(
  approval: Approval,
  { store, environment, people, policy }: CheckGround,
  now: number,
): Promise<[Standing, string]> {
  const [own, key] = await Promise.all(
    [approval.id, approval.key].map((what) => revokedMark(store, environment, what)),
  );
  const mark = own ?? key;
  if (mark !== undefined) return ["revoked", `revoked by ${mark.by} at ${mark.at}: ${mark.why}`];
  const side = people.sides.find(({ revoked }) =>
    revoked.some(({ fingerprint }) => fingerprint === approval.key),
  );
  if (side !== undefined) return ["revoked", `its key is in environments/revoked-keys of ${side.label}`];
  const used = await usedMark(store, approval);
  if (used !== undefined) return ["used", `used at ${used.at} by ${used.by}`];
  const begun = Date.parse(approval.approvedAt);
  if (begun > now + aheadMilliseconds)
    return ["invalid", `it is dated ${approval.approvedAt}, which is to come`];
  // What the signer wrote cannot be longer than the description allows.
  const end = Math.min(Date.parse(approval.expiresAt), begun + policy.expires * 1000);
  if (now >= end) return ["expired", `expired at ${new Date(end).toISOString()}`];
  return ["good", ""];
}
