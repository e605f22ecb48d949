// Approvals in the environment's store: written, used once, revoked. Each mark is written once and never taken away.
import { z } from "zod";
import { storeBusy } from "../drivers/store-failure.ts";
import { storeKey } from "../drivers/store.ts";
import type { Store } from "../drivers/store.ts";
import { storedSchema } from "./approval.ts";
import type { Approval, StoredApproval } from "./approval.ts";

/** What lies under one key; `stored` is undefined where it cannot be read. */
export interface ApprovalRecord {
  /** Digest of the plan and fingerprint of the key, as the key says them. */
  digest: string;
  fingerprint: string;
  stored: StoredApproval | undefined;
}

const markSchema = z.object({ at: z.string(), by: z.string(), why: z.string() });
export type Mark = z.infer<typeof markSchema>;

const approvalKey = (environment: string, digest: string, fingerprint: string): string =>
  storeKey("approval", environment, digest, fingerprint);

/** Puts an approval in its place; an older one by the same key for the same plan gives way. */
export async function keepApproval(store: Store, kept: StoredApproval): Promise<void> {
  const { environment, digest, key } = kept.approval;
  const place = approvalKey(environment, digest, key);
  const before = await store.get(place);
  if ((await store.put(place, kept, before?.etag ?? null)) === null)
    throw storeBusy(`the approval of ${digest}`);
}

/** Every approval of the environment, or only those of one plan. */
export async function readApprovals(store: Store, environment: string): Promise<ApprovalRecord[]> {
  const prefix = storeKey("approval", environment, "");
  const keys = await store.list(prefix);
  const records = keys.map(async (key) => {
    const entry = await store.get(key);
    const [digest = "", fingerprint = ""] = key.slice(prefix.length).split("/").map(decoded);
    const parsed = storedSchema.safeParse(entry?.value);
    return { digest, fingerprint, stored: parsed.success ? parsed.data : undefined };
  });
  return Promise.all(records);
}

/** Forgets approvals that nothing can come of any more: expired for so many days. */
export async function forgetOld(store: Store, environment: string, days = 30): Promise<void> {
  const before = (await store.now()) - days * 86_400_000;
  const old = (await readApprovals(store, environment)).filter(
    ({ stored }) => stored !== undefined && Date.parse(stored.approval.expiresAt) < before,
  );
  await store.remove(old.map(({ digest, fingerprint }) => approvalKey(environment, digest, fingerprint)));
}

/** Uses an approval up. False: it was used before. */
export async function useUp(store: Store, { environment, id }: Approval, by: string, why: string) {
  return mark(store, storeKey("approval-used", environment, id), by, why);
}

/** Revokes an approval by its id, or a key by its fingerprint. False: it was revoked before. */
export async function revoke(store: Store, environment: string, what: string, by: string, why: string) {
  return mark(store, storeKey("approval-revoked", environment, what), by, why);
}

export const usedMark = (store: Store, { environment, id }: Approval): Promise<Mark | undefined> =>
  readMark(store, storeKey("approval-used", environment, id));

/** The mark on this id or fingerprint. */
export const revokedMark = (store: Store, environment: string, what: string): Promise<Mark | undefined> =>
  readMark(store, storeKey("approval-revoked", environment, what));

async function mark(store: Store, key: string, by: string, why: string): Promise<boolean> {
  const at = new Date(await store.now()).toISOString();
  return (await store.put(key, { at, by, why }, null)) !== null;
}

async function readMark(store: Store, key: string): Promise<Mark | undefined> {
  const entry = await store.get(key);
  if (entry === undefined) return undefined;
  const parsed = markSchema.safeParse(entry.value);
  // A mark that cannot be read is still one: it was written to forbid something.
  return parsed.success ? parsed.data : { at: "an unknown time", by: "somebody", why: "the mark is damaged" };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
