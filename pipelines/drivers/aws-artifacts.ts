// The bucket of artifacts on AWS: what nodes fetch, and what machines that join boot on.
import * as s3 from "@aws-sdk/client-s3";
import type { Deployable } from "../rollout/fleet.ts";
import { artifactKey, sendFile, unhurried } from "./artifacts-transfer.ts";
import { s3Client } from "./aws-clients.ts";
import { onAws } from "./aws-failure.ts";

export interface ArtifactBucket {
  /** Puts the artifact there once; S3 itself compares the digest. */
  publish: (deployable: Deployable, file: () => Promise<string>) => Promise<void>;
  /** What machines that join boot on; null: nothing. */
  bootOn: (service: string, target: Deployable | null) => Promise<void>;
  close: () => void;
}

const stillSeconds = 60;

/** Opens the bucket of an environment. */
export async function openArtifactBucket(region: string, bucket: string): Promise<ArtifactBucket> {
  const client = await s3Client(region);
  // A large artifact takes its time: its own client waits for each byte, not for all of them.
  const sender = await s3Client(region);
  const reach = { client: sender, s3, bucket, region, prefix: "" };
  unhurried(reach, stillSeconds);
  const deed = (doing: string) => ({ doing, state: "no node was changed by this" });
  const seen = new Map<string, Promise<void>>();
  return {
    publish: ({ digest, release }, file) => {
      const known = seen.get(digest);
      if (known !== undefined) return known;
      // Fifty nodes ask for the same one at the same time.
      const sent = onAws(deed(`putting ${release} into ${bucket}`), async () =>
        sendFile(reach, artifactKey(digest), await file(), digest),
      );
      seen.set(digest, sent);
      sent.catch(() => seen.delete(digest));
      return sent;
    },
    bootOn: (service, target) =>
      onAws(deed(`telling new machines what to boot`), async () => {
        const at = { Bucket: bucket, Key: `pins/${service}.json` };
        if (target === null) await client.send(new s3.DeleteObjectCommand(at));
        else
          await client.send(
            new s3.PutObjectCommand({ ...at, Body: JSON.stringify(target), ContentType: "application/json" }),
          );
      }),
    close: () => {
      client.destroy();
      sender.destroy();
    },
  };
}
