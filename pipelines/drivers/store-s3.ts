// The store in a bucket of S3, for a team: lease, journal and ledger shared by many machines.
import type { Clock } from "./clock.ts";
import { s3Client } from "./aws-clients.ts";
import { storeDamaged } from "./store-failure.ts";
import { appendTo, headOf, readLog } from "./store-s3-log.ts";
import { openObjects } from "./store-s3-objects.ts";
import type { Place } from "./store-s3-reach.ts";
import type { Store } from "./store.ts";

const entry = "entry/";

/**
 * Opens the store in this bucket; nothing is asked of it before the first operation. How it is encrypted is the
 * bucket's own setting. Its time is that in S3's answers, in whole seconds, unless a clock is given.
 * Operations refuse E_STORE, E_AWS and the other codes of `awsFailure`.
 */
export async function openS3Store(place: Place, clock?: Pick<Clock, "now">): Promise<Store> {
  const client = await s3Client(place.region);
  const objects = openObjects({ ...place, client, s3: await import("@aws-sdk/client-s3") });
  const now = async () => (clock === undefined ? objects.now() : clock.now());
  return {
    // The Date of an answer has whole seconds.
    precisionMilliseconds: clock === undefined ? 1000 : 0,
    now,
    get: async (key) => {
      const found = await objects.get(entry + key);
      if (found === undefined) return undefined;
      if (found.envelope === undefined) throw storeDamaged(key, new Error(found.text.slice(0, 200)));
      return { value: found.envelope.value, etag: found.etag };
    },
    put: (key, value, expected) => objects.put(entry + key, value, expected),
    list: async (prefix) => (await objects.list(entry + prefix)).map((key) => key.slice(entry.length)),
    remove: (keys) => objects.remove(keys.map((key) => entry + key)),
    head: (log) => headOf(objects, log),
    append: async (log, expected, added) =>
      appendTo(objects, log, { expected, entry: added, at: new Date(await now()).toISOString() }),
    read: (log) => readLog(objects, log),
    close: async () => client.destroy(),
  };
}
