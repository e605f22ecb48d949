// Compare-and-set on one object of a bucket, right also when the answer to a write is lost on its way back.
import { randomUUID } from "node:crypto";
import { awsCode, awsStatus } from "./aws-failure.ts";
import { storeBusy } from "./store-failure.ts";
import { readObject } from "./store-s3-read.ts";
import { reached } from "./store-s3-reach.ts";
import type { Reach } from "./store-s3-reach.ts";

const unsure =
  "Whether this step was recorded is not known; the next command reads what is there and goes on from it.";
const conflictTries = 10;

/** Writes if the object still has the expected tag (null: is absent). The new tag, or null: another was first. */
export const writeObject = (
  reach: Reach,
  key: string,
  value: unknown,
  expected: string | null,
): Promise<string | null> =>
  reached(reach, { doing: `writing ${key}`, state: unsure }, async () => {
    // Each write carries a name of its own: the tag changes with every write, and a write can be known again.
    const write = randomUUID();
    const etag = await tryWrite(reach, key, JSON.stringify({ write, value }), expected);
    if (etag !== undefined) return etag;
    // The library tries again when an answer is lost, and then meets its own first try: that is no lost race.
    const found = await readObject(reach, key);
    return found?.envelope?.write === write ? found.etag : null;
  });

/** The new tag; undefined where the condition did not hold. */
async function tryWrite(
  { client, s3, bucket, prefix }: Reach,
  key: string,
  body: string,
  expected: string | null,
): Promise<string | undefined> {
  const condition = expected === null ? { IfNoneMatch: "*" } : { IfMatch: expected };
  const object = { Bucket: bucket, Key: prefix + key, Body: body, ContentType: "application/json" };
  for (let attempt = 0; attempt < conflictTries; attempt += 1) {
    try {
      return (await client.send(new s3.PutObjectCommand({ ...object, ...condition }))).ETag ?? "";
    } catch (error) {
      if (awsStatus(error) === 412 || awsCode(error) === "NoSuchKey") return undefined;
      // 409: another conditional write of this key was under way; which of them won is known at the next try.
      if (awsStatus(error) !== 409) throw error;
    }
  }
  throw storeBusy(key);
}
