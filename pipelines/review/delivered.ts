// What was last carried out in an environment, part by part: the next change begins there, and its rules of review hold for it.
import { z } from "zod";
import { storeBusy, storeDamaged } from "../drivers/store-failure.ts";
import { storeKey } from "../drivers/store.ts";
import type { Store } from "../drivers/store.ts";
import { commitPattern } from "./approval.ts";

const partSchema = z.object({
  commit: z.string().regex(commitPattern),
  /** What a release was built from; null for the infra plane, and where nobody knows. */
  source: z.string().regex(commitPattern).nullable(),
  /** The rules that held then: a change cannot make its own review easier. */
  approval: z.object({ people: z.int(), expires: z.number(), signedCommits: z.boolean() }),
  /** Of the infra plane: what the description said. Records from before this was noted count as protected. */
  protection: z.boolean().optional(),
  /** Of the infra plane: who agreed; left out where no rule of its own asked anything. */
  by: z.array(z.string()).optional(),
  at: z.iso.datetime(),
});
const schema = z.object({ parts: z.record(z.string(), partSchema) });

export type DeliveredPart = z.infer<typeof partSchema>;
export type Delivered = z.infer<typeof schema>;

export const infraPart = "infra";
export const releasePart = (service: string): string => `release ${service}`;

const key = (environment: string): string => storeKey("delivered", environment);

/** No parts where nothing is known yet. Refuses with E_STORE where the record is damaged. */
export async function readDelivered(store: Store, environment: string): Promise<Delivered> {
  return (await stored(store, environment)).delivered;
}

/** Notes that these parts were carried out; the others stay. `at` is the store's own time. */
export async function writeDelivered(
  store: Store,
  environment: string,
  parts: Record<string, Omit<DeliveredPart, "at">>,
): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const { delivered, etag } = await stored(store, environment);
    const at = new Date(await store.now()).toISOString();
    const stamped = Object.fromEntries(Object.entries(parts).map(([part, one]) => [part, { ...one, at }]));
    const next = { parts: { ...delivered.parts, ...stamped } };
    if ((await store.put(key(environment), next, etag)) !== null) return;
  }
  throw storeBusy(`what was carried out in ${environment}`);
}

async function stored(store: Store, environment: string) {
  const entry = await store.get(key(environment));
  if (entry === undefined) return { delivered: { parts: {} } as Delivered, etag: null };
  const parsed = schema.safeParse(entry.value);
  // Forgotten, the next change would be judged as the first one.
  if (!parsed.success) throw storeDamaged(key(environment), parsed.error);
  return { delivered: parsed.data, etag: entry.etag };
}
