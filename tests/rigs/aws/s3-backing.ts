// Stores in a bucket of the rig for the shared tests, and how they are harmed from outside.
import type { S3Client } from "@aws-sdk/client-s3";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { s3Client } from "../../../pipelines/drivers/aws-clients.ts";
import type { Clock } from "../../../pipelines/drivers/clock.ts";
import { openS3Store } from "../../../pipelines/drivers/store-s3.ts";
import type { Store } from "../../../pipelines/drivers/store.ts";
import type { ManualClock } from "../../support/clock.ts";
import { placeIn, wordFor } from "../../support/store-suite-place.ts";
import type { Backing, Tamper } from "../../support/store-suite.ts";

export const region = "eu-central-1";

/** Stores below a new prefix each, all in one bucket, which is made. AWS_ENDPOINT_URL must be that of the rig. */
export async function s3Backing(bucket: string): Promise<Backing> {
  const client = await s3Client(region);
  const where = { LocationConstraint: region } as const;
  await client.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: where }));
  let last = 0;
  return {
    place: async () => wordFor({ bucket, region, prefix: `team ${(last += 1)}/` }),
    open: async (word, clock) => {
      const store = await openS3Store(placeIn(word), clock);
      return clock && "during" in clock ? patient(store, clock as ManualClock) : store;
    },
    tamper: (word) => tamperWith(client, placeIn(word)),
  };
}

/** A clock that is moved by hand waits for what is on its way to the bucket and back. */
function patient(store: Store, clock: ManualClock & Clock): Store {
  const waited = Object.entries(store).map(
    ([name, operation]: [string, ((...all: never[]) => Promise<unknown>) | number]) => [
      name,
      typeof operation === "number" ? operation : (...all: never[]) => clock.during(operation(...all)),
    ],
  );
  return Object.fromEntries(waited) as Store;
}

function tamperWith(client: S3Client, { bucket: Bucket, prefix }: ReturnType<typeof placeIn>): Tamper {
  const record = (seq: number) => `${prefix}log/ledger/${String(seq).padStart(10, "0")}`;
  const read = async (Key: string) =>
    String(await (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString());
  const write = (Key: string, Body: string) => client.send(new PutObjectCommand({ Bucket, Key, Body }));
  const remove = (Key: string) => client.send(new DeleteObjectCommand({ Bucket, Key }));
  const edit = async (seq: number, change: (body: string) => string) => {
    const object = JSON.parse(await read(record(seq))) as { value: { body: string } };
    object.value.body = change(object.value.body);
    await write(record(seq), JSON.stringify(object));
  };
  return {
    changeBody: (seq, from, to) => edit(seq, (body) => body.replaceAll(from, to)),
    setBody: (seq, text) => edit(seq, () => text),
    removeRecord: async (seq) => void (await remove(record(seq))),
    swapRecords: async (one, other) => {
      const [first, second] = [await read(record(one)), await read(record(other))];
      await write(record(one), second);
      await write(record(other), first);
    },
    copyRecord: async (from, to) => void (await write(record(to), await read(record(from)))),
    setWitness: async (text) => {
      const key = `${prefix}witness/ledger`;
      await (text === null ? remove(key) : write(key, text));
    },
    setValue: async (key, text) => void (await write(`${prefix}entry/${key}`, text)),
  };
}
