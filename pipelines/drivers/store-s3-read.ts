// Reads one object of a bucket, and what Surefoot put around its value.
import { z } from "zod";
import { awsCode } from "./aws-failure.ts";
import { reached } from "./store-s3-reach.ts";
import type { Reach } from "./store-s3-reach.ts";

/** An object; `envelope` is missing where the text is not what Surefoot writes, `write` names the write that made it. */
export interface Found {
  etag: string;
  text: string;
  envelope: { write: string; value: unknown } | undefined;
}

const envelopeSchema = z.object({ write: z.string(), value: z.unknown() });

/** The object under this key; undefined where there is none. */
export const readObject = (reach: Reach, key: string): Promise<Found | undefined> =>
  reached(reach, { doing: `reading ${key}` }, async () => {
    const { client, s3, bucket, prefix } = reach;
    try {
      const answer = await client.send(new s3.GetObjectCommand({ Bucket: bucket, Key: prefix + key }));
      const text = (await answer.Body?.transformToString()) ?? "";
      return { etag: answer.ETag ?? "", text, envelope: opened(text) };
    } catch (error) {
      if (awsCode(error) === "NoSuchKey") return undefined;
      throw error;
    }
  });

function opened(text: string): Found["envelope"] {
  try {
    const { write, value } = envelopeSchema.parse(JSON.parse(text));
    return { write, value };
  } catch {
    return undefined;
  }
}
