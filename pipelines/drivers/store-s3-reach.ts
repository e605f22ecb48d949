// One bucket as the store reaches it: client, place, and what a failure there says to the person.
import type { S3Client } from "@aws-sdk/client-s3";
import { Refusal } from "../errors.ts";
import { awsCode, awsFailure } from "./aws-failure.ts";

export interface Place {
  bucket: string;
  region: string;
  /** In front of every key; `team/` puts all below one folder. */
  prefix: string;
}

export interface Reach extends Place {
  client: S3Client;
  /** The commands of the library, loaded when the store is opened. */
  s3: typeof import("@aws-sdk/client-s3");
}

export const unread = "What is stored was not changed.";

/** Runs one operation on the bucket; what it throws becomes E_STORE (no such bucket) or one of `awsFailure`. */
export async function reached<T>(
  place: Place,
  { doing, state = unread }: { doing: string; state?: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (awsCode(error) === "NoSuchBucket") throw bucketMissing(place, error);
    throw awsFailure(error, { doing: `${doing} in the bucket ${place.bucket}`, state });
  }
}

/** E_STORE: there is no such bucket (any more). */
export const bucketMissing = ({ bucket, region }: Place, cause: unknown) =>
  new Refusal(
    "E_STORE",
    {
      what: `the store cannot be used: there is no bucket ${bucket} in ${region}`,
      state: "This step was not recorded, so it was not done.",
      next: "Check `state:` in the description, or make the bucket (`surefoot init`), then run the same command again.",
    },
    { cause },
  );
