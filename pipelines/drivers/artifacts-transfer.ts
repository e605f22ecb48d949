// Moves files between disk and bucket piece by piece: on through broken connections, however long it takes, never standing still.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { Refusal } from "../errors.ts";
import { awsCode, awsFailure, awsStatus } from "./aws-failure.ts";
import type { Reach } from "./store-s3-reach.ts";

/** Key of an artifact, as the first start of a machine spells it too. */
export const artifactKey = (digest: string): string =>
  `artifacts/sha256/${digest.replace("sha256:", "")}.tar`;

const tries = 5;

/** Makes the client of this reach, which is used for nothing else, wait for whole files: a time for each byte, not for all. */
export function unhurried({ client }: Reach, stillSeconds: number): void {
  // Its type leaves out what it is made of: the handler that `s3Client` asks for by its settings.
  const handler = client.config.requestHandler as unknown as {
    updateHttpClientConfig(name: string, value: number): void;
  };
  handler.updateHttpClientConfig("requestTimeout", 0);
  handler.updateHttpClientConfig("socketTimeout", stillSeconds * 1000);
  // Whoever takes a file compares it with the digest that is pinned; what the bucket says of itself adds nothing.
  client.config.responseChecksumValidation = async () => "WHEN_REQUIRED";
  // It would tell the person of each broken upload, which is tried again here.
  const quiet = (): void => {};
  client.config.logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
}

/** Puts the file under the key, unless bytes of that digest are there; others there are replaced. Throws errors of AWS. */
export async function sendFile(reach: Reach, key: string, file: string, digest: string): Promise<void> {
  const ChecksumSHA256 = Buffer.from(digest.replace("sha256:", ""), "hex").toString("base64");
  for (let attempt = 1; ; attempt += 1) {
    const there = await headOf(reach, key);
    if (there?.ChecksumSHA256 === ChecksumSHA256) return;
    // Also when another machine sends the same at this moment, only one write counts.
    const condition = there === undefined ? { IfNoneMatch: "*" } : { IfMatch: there.ETag };
    try {
      return await put(reach, key, file, { ...condition, ChecksumAlgorithm: "SHA256", ChecksumSHA256 });
    } catch (error) {
      await pauseAfter(error, attempt);
    }
  }
}

async function put(
  { client, s3, bucket, prefix }: Reach,
  key: string,
  file: string,
  how: object,
): Promise<void> {
  const { size } = await stat(file);
  const body = createReadStream(file);
  const object = { Bucket: bucket, Key: prefix + key, Body: body, ContentLength: size, ...how };
  try {
    await client.send(new s3.PutObjectCommand(object));
  } finally {
    body.destroy();
  }
}

async function headOf({ client, s3, bucket, prefix }: Reach, key: string) {
  const asked = { Bucket: bucket, Key: prefix + key, ChecksumMode: "ENABLED" as const };
  try {
    return await client.send(new s3.HeadObjectCommand(asked));
  } catch (error) {
    if (awsStatus(error) === 404) return undefined;
    throw error;
  }
}

/**
 * Writes the object to a new file; after a broken connection only the rest is fetched. Returns the digest of what came,
 * `larger than ...` for more bytes than `most`, null for no such key. Throws errors of AWS and of the disk.
 */
export async function receiveFile(
  reach: Reach,
  key: string,
  file: string,
  most: number,
): Promise<string | null> {
  await using handle = await open(file, "wx");
  const hash = createHash("sha256");
  const part: Part = { bytes: 0, size: Infinity, etag: undefined };
  for (let attempt = 1; part.bytes < part.size; attempt += 1) {
    const body = await restOf(reach, key, part);
    if (body === undefined) return null;
    try {
      if (part.size > most) return `larger than ${most} bytes`;
      for await (const chunk of body as AsyncIterable<Buffer>) {
        await handle.writeFile(chunk);
        hash.update(chunk);
        part.bytes += chunk.length;
      }
    } catch (error) {
      await pauseAfter(error, attempt);
    } finally {
      body.destroy();
    }
  }
  return `sha256:${hash.digest("hex")}`;
}

interface Part {
  bytes: number;
  /** Of the whole object. */
  size: number;
  /** Of the object that the bytes are from: the rest comes from the same one. */
  etag: string | undefined;
}

async function restOf(
  { client, s3, bucket, prefix }: Reach,
  key: string,
  part: Part,
): Promise<Readable | undefined> {
  const at = { Bucket: bucket, Key: prefix + key };
  const rest = part.etag === undefined ? {} : { Range: `bytes=${part.bytes}-`, IfMatch: part.etag };
  try {
    const answer = await client.send(new s3.GetObjectCommand({ ...at, ...rest }));
    part.etag = answer.ETag;
    part.size = part.bytes + (answer.ContentLength ?? 0);
    return answer.Body as Readable;
  } catch (error) {
    if (awsCode(error) === "NoSuchKey") return undefined;
    throw error;
  }
}

/** Throws what does not pass by itself, and what has not passed after so many tries. */
async function pauseAfter(error: unknown, attempt: number): Promise<void> {
  const cause = awsFailure(error, { doing: "", state: "" });
  const passes =
    [409, 412].includes(awsStatus(error) ?? 0) ||
    (cause instanceof Refusal && ["E_AWS_UNREACHABLE", "E_AWS_THROTTLED"].includes(cause.code));
  if (!passes || attempt === tries) throw error;
  await sleep(attempt * 200);
}
