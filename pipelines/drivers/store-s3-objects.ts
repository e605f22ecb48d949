// Everything the store asks of a bucket: read, compare-and-set, list, remove, and the time.
import { awsStatus } from "./aws-failure.ts";
import { bucketMissing, reached } from "./store-s3-reach.ts";
import type { Reach } from "./store-s3-reach.ts";
import { readObject } from "./store-s3-read.ts";
import { writeObject } from "./store-s3-write.ts";

/** Keys are without the place's prefix. */
export const openObjects = (reach: Reach) => ({
  get: (key: string) => readObject(reach, key),
  put: (key: string, value: unknown, expected: string | null) => writeObject(reach, key, value, expected),
  list: (start: string) => listed(reach, start),
  remove: (keys: readonly string[]) => removed(reach, keys),
  now: () => timeOf(reach),
});

export type Objects = ReturnType<typeof openObjects>;

const listed = (reach: Reach, start: string): Promise<string[]> =>
  reached(reach, { doing: `listing ${start}` }, async () => {
    const { client, s3, bucket, prefix } = reach;
    const keys: string[] = [];
    for await (const page of s3.paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix + start }))
      keys.push(...(page.Contents ?? []).map(({ Key = "" }) => Key.slice(prefix.length)));
    return keys;
  });

// One request removes so many.
const most = 1000;
const harmless = "Some of it may still be there; it does no harm.";

const removed = (reach: Reach, keys: readonly string[]): Promise<void> =>
  reached(reach, { doing: "removing what is no longer needed", state: harmless }, async () => {
    const { client, s3, bucket, prefix } = reach;
    for (let start = 0; start < keys.length; start += most) {
      const objects = keys.slice(start, start + most).map((key) => ({ Key: prefix + key }));
      const asked = { Bucket: bucket, Delete: { Objects: objects, Quiet: true } };
      const [error] = (await client.send(new s3.DeleteObjectsCommand(asked))).Errors ?? [];
      // The answer itself is a success whatever became of each key.
      if (error)
        throw Object.assign(new Error(error.Message ?? ""), { name: error.Code ?? "Unknown", $metadata: {} });
    }
  });

/** The time in an answer of S3, milliseconds since 1970; it comes in whole seconds. */
const timeOf = (reach: Reach): Promise<number> =>
  reached(reach, { doing: "asking for the time" }, async () => {
    const command = new reach.s3.HeadBucketCommand({ Bucket: reach.bucket });
    let date = "";
    command.middlewareStack.add(
      (next) => async (request) => {
        const result = await next(request);
        date = (result.response as { headers?: Record<string, string> }).headers?.["date"] ?? "";
        return result;
      },
      { step: "deserialize", priority: "low" },
    );
    await reach.client.send(command).catch((error: unknown) => {
      throw awsStatus(error) === 404 ? bucketMissing(reach, error) : error;
    });
    const now = Date.parse(date);
    if (Number.isNaN(now)) throw new Error(`an answer of ${reach.bucket} carries no date: ${date}`);
    return now;
  });
