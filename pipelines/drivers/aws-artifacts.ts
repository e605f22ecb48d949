// The bucket of artifacts on AWS: what nodes fetch, and what machines that join boot on.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import type { Deployable } from "../rollout/fleet.ts";
import { s3Client } from "./aws-clients.ts";
import { awsStatus, onAws } from "./aws-failure.ts";

export interface ArtifactBucket {
  /** Puts the artifact there once; S3 itself compares the digest. */
  publish: (deployable: Deployable, file: () => Promise<string>) => Promise<void>;
  /** What machines that join boot on; null: nothing. */
  bootOn: (service: string, target: Deployable | null) => Promise<void>;
  close: () => void;
}

/** Key of an artifact, as the first start of a machine spells it too. */
export const artifactKey = (digest: string): string =>
  `artifacts/sha256/${digest.replace("sha256:", "")}.tar`;

export async function openArtifactBucket(region: string, bucket: string): Promise<ArtifactBucket> {
  const client = await s3Client(region);
  const deed = (doing: string) => ({ doing, state: "no node was changed by this" });
  const seen = new Map<string, Promise<void>>();
  return {
    publish: ({ digest, release }, file) => {
      const known = seen.get(digest);
      if (known !== undefined) return known;
      // Fifty nodes ask for the same one at the same time.
      const sent = onAws(deed(`putting ${release} into ${bucket}`), () => send(client, bucket, digest, file));
      seen.set(digest, sent);
      sent.catch(() => seen.delete(digest));
      return sent;
    },
    bootOn: (service, target) =>
      onAws(deed(`telling new machines what to boot`), async () => {
        const at = { Bucket: bucket, Key: `pins/${service}.json` };
        if (target === null) await client.send(new DeleteObjectCommand(at));
        else
          await client.send(
            new PutObjectCommand({ ...at, Body: JSON.stringify(target), ContentType: "application/json" }),
          );
      }),
    close: () => client.destroy(),
  };
}

async function send(
  client: S3Client,
  bucket: string,
  digest: string,
  file: () => Promise<string>,
): Promise<void> {
  const at = { Bucket: bucket, Key: artifactKey(digest) };
  if (await exists(client, at)) return;
  const path = await file();
  const { size } = await stat(path);
  const checksum = Buffer.from(digest.replace("sha256:", ""), "hex").toString("base64");
  await client
    .send(
      new PutObjectCommand({
        ...at,
        Body: createReadStream(path),
        ContentLength: size,
        ChecksumSHA256: checksum,
        IfNoneMatch: "*",
      }),
    )
    .catch((error: unknown) => {
      // Another run was first, with the same bytes: the key is their digest.
      if (awsStatus(error) !== 412) throw error;
    });
}

async function exists(client: S3Client, at: { Bucket: string; Key: string }): Promise<boolean> {
  try {
    await client.send(new HeadObjectCommand(at));
    return true;
  } catch (error) {
    if (awsStatus(error) === 404) return false;
    throw error;
  }
}
