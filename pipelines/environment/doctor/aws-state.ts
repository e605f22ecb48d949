// Whether the team's shared bucket and key can carry its state: written on condition, kept in versions, encrypted.
import { randomUUID } from "node:crypto";
import type { Description } from "../../../environments/shape.ts";
import { kmsClient, s3Client } from "../../drivers/aws-clients.ts";
import { awsCode, awsStatus, onAws } from "../../drivers/aws-failure.ts";
import { wrong } from "./attempt.ts";

const touched = "nothing that lasts was written";

/** Writes an object only where none is, sees a second write refused, and takes the object away. */
export async function bucketProbe({ state }: Description): Promise<string> {
  if (state === undefined) return "none";
  const s3 = await import("@aws-sdk/client-s3");
  const client = await s3Client(state.region);
  const target = { Bucket: state.bucket, Key: `doctor/${randomUUID()}` };
  const put = () => client.send(new s3.PutObjectCommand({ ...target, Body: "doctor", IfNoneMatch: "*" }));
  try {
    return await onAws({ doing: `trying the bucket ${state.bucket}`, state: touched }, async () => {
      const { Status } = await client.send(new s3.GetBucketVersioningCommand({ Bucket: state.bucket }));
      const { VersionId } = await put();
      try {
        const second = await put().then(
          () => "taken",
          (error: unknown) => (awsStatus(error) === 412 ? "refused" : Promise.reject(error as Error)),
        );
        if (second === "taken")
          throw wrong(
            `${state.bucket} ignores conditions: two could hold one lease`,
            "use a bucket of AWS S3 itself",
          );
      } finally {
        await takeAway({ ...target, VersionId });
      }
      if (Status === "Enabled") return `${state.bucket}: writable on condition, versions kept`;
      const deploy = "deploy environments/bootstrap.cfn.yaml, or switch its versioning on";
      throw wrong(`${state.bucket} keeps no versions: what is overwritten is lost`, deploy);
    });
  } finally {
    client.destroy();
  }

  async function takeAway(object: {
    Bucket: string;
    Key: string;
    VersionId: string | undefined;
  }): Promise<void> {
    try {
      await client.send(new s3.DeleteObjectCommand(object));
    } catch (error) {
      // Who may not delete versions for good leaves one that the bucket's own rules remove.
      if (awsCode(error) !== "AccessDenied") throw error;
      await client.send(new s3.DeleteObjectCommand(target));
    }
  }
}

/** Sees that the key is there and switched on. */
export async function keyProbe({ state }: Description): Promise<string> {
  if (state === undefined) return "none";
  const { DescribeKeyCommand } = await import("@aws-sdk/client-kms");
  const client = await kmsClient(state.region);
  try {
    const deed = { doing: `looking at the key ${state.key}`, state: "nothing was touched" };
    const { KeyMetadata } = await onAws(deed, () =>
      client.send(new DescribeKeyCommand({ KeyId: state.key })),
    );
    if (KeyMetadata?.KeyState === "Enabled") return KeyMetadata.Arn ?? state.key;
    throw wrong(
      `${state.key} is ${KeyMetadata?.KeyState}`,
      "switch the key on again in KMS: without it nothing can be read",
    );
  } finally {
    client.destroy();
  }
}
