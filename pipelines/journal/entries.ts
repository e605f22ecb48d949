// The journal as it is stored: one key for each rollout, one for each of its steps.
import { z } from "zod";
import { storeDamaged } from "../drivers/store-failure.ts";
import { storeKey } from "../drivers/store.ts";
import type { Store } from "../drivers/store.ts";

const rolloutSchema = z.object({
  id: z.string(),
  environment: z.string(),
  service: z.string(),
  plan: z.unknown(),
  openedAt: z.string(),
  closedAt: z.string().optional(),
  outcome: z.string().optional(),
});
export const stepSchema = z.object({
  at: z.string(),
  node: z.string().optional(),
  wave: z.int().optional(),
  step: z.string(),
  phase: z.string(),
  note: z.string().optional(),
  data: z.unknown().optional(),
});

/** One rollout; times are ISO 8601. `outcome` and `closedAt` are there once it has ended. */
export type JournalRollout = z.infer<typeof rolloutSchema>;
/** One step; `phase` is "begin", "end", "error", ... and `at` the store's time, ISO 8601. */
export type JournalStep = z.infer<typeof stepSchema>;

export const rolloutKey = ({ environment, service, id }: Omit<JournalRollout, "plan">) =>
  storeKey("rollout", environment, service, id);
export const isoNow = async (store: Store) => new Date(await store.now()).toISOString();

export async function find(store: Store, id: string) {
  const key = (await store.list("rollout/")).find((one) => one.endsWith(storeKey("", id)));
  const stored = key === undefined ? undefined : await store.get(key);
  return key && stored
    ? { key, etag: stored.etag, rollout: parsed(rolloutSchema, key, stored.value) }
    : undefined;
}

export async function opened(store: Store, id: string) {
  const found = await find(store, id);
  if (!found || found.rollout.closedAt !== undefined)
    throw new Error(`rollout ${id} is not open in the journal`);
  return found;
}

export async function lastStep(store: Store, id: string): Promise<number> {
  await opened(store, id);
  return Number((await store.list(storeKey("step", id, ""))).at(-1)?.split("/").at(-1) ?? 0);
}

export async function rollouts(store: Store, prefix: string): Promise<JournalRollout[]> {
  const found = await values(store, await store.list(prefix), rolloutSchema);
  return found.toSorted((one, other) => one.openedAt.localeCompare(other.openedAt));
}

export async function values<T>(store: Store, keys: string[], schema: z.ZodType<T>): Promise<T[]> {
  const stored = await Promise.all(keys.map(async (key) => ({ key, entry: await store.get(key) })));
  // A key that went in between was pruned by another process.
  return stored.flatMap(({ key, entry }) => (entry ? [parsed(schema, key, entry.value)] : []));
}

function parsed<T>(schema: z.ZodType<T>, key: string, value: unknown): T {
  const result = schema.safeParse(value);
  if (!result.success) throw storeDamaged(key, result.error);
  return result.data;
}
