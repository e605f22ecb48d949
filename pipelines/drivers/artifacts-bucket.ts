// Releases in the team's bucket: artifacts by digest, manifests by name; a name, once given, stands for one content for ever.
import pLimit from "p-limit";
import { largestArchive } from "../release/archive.ts";
import { damagedManifest, releaseExists } from "../release/complaints.ts";
import { contentOf, manifestSchema, releaseName, serviceName } from "../release/manifest.ts";
import type { Manifest } from "../release/manifest.ts";
import { artifactKey, receiveFile, sendFile, unhurried } from "./artifacts-transfer.ts";
import { s3Client } from "./aws-clients.ts";
import { storeBusy } from "./store-failure.ts";
import { openObjects } from "./store-s3-objects.ts";
import { reached } from "./store-s3-reach.ts";
import type { Place, Reach } from "./store-s3-reach.ts";

export interface ReleaseBucket {
  name: string;
  /** Puts a file there under its digest, unless it is there; S3 itself compares the two. */
  send(digest: string, file: string): Promise<void>;
  /** Writes what is kept under the digest to a new file. The digest of what came, or null where there is none. */
  fetch(digest: string, file: string): Promise<string | null>;
  /** Writes a manifest, or keeps an equal one; throws Refusal E_RELEASE_EXISTS when the name stands for other content. */
  publish(manifest: Manifest): Promise<{ manifest: Manifest; kept: boolean }>;
  /** Throws Refusal E_MANIFEST when it is damaged. */
  read(service: string, release: string): Promise<Manifest | undefined>;
  list(service?: string): Promise<Manifest[]>;
}

const manifests = "releases/manifests/";
const manifestKey = (service: string, release: string): string => `${manifests}${service}/${release}.json`;
const sharedKey = (digest: string): string => `releases/${artifactKey(digest)}`;
const readsAtOnce = 16;

/** Nothing is asked of the bucket before the first operation. Refuses E_STORE, E_AWS and the others of `awsFailure`. */
export function openReleaseBucket(place: Place, stillSeconds = 60): ReleaseBucket {
  const inBucket = async <T>(work: (reach: Reach) => Promise<T>): Promise<T> => {
    const client = await s3Client(place.region);
    try {
      return await work({ ...place, client, s3: await import("@aws-sdk/client-s3") });
    } finally {
      client.destroy();
    }
  };
  const transfer = <T>(doing: string, state: string, work: (reach: Reach) => Promise<T>): Promise<T> =>
    inBucket((reach) => {
      unhurried(reach, stillSeconds);
      return reached(reach, { doing, state }, () => work(reach));
    });
  const notPublished = "No release was published by this; nothing that runs was touched.";
  const notUsed = "Nothing was kept of it; nothing that runs was touched.";
  return {
    name: place.bucket,
    send: (digest, file) =>
      transfer(`sending the artifact ${digest}`, notPublished, (reach) =>
        sendFile(reach, sharedKey(digest), file, digest),
      ),
    fetch: (digest, file) =>
      transfer(`fetching the artifact ${digest}`, notUsed, (reach) =>
        receiveFile(reach, sharedKey(digest), file, largestArchive),
      ),
    publish: (manifest) => inBucket((reach) => publish(reach, manifestSchema.parse(manifest))),
    read: async (service, release) => {
      if (!serviceName.test(service) || !releaseName.test(release)) return undefined;
      return await inBucket((reach) => readManifest(reach, manifestKey(service, release)));
    },
    list: (service) =>
      inBucket(async (reach) => {
        const keys = await openObjects(reach).list(
          service === undefined ? manifests : `${manifests}${service}/`,
        );
        const limit = pLimit(readsAtOnce);
        const found = await Promise.all(keys.map((key) => limit(() => readManifest(reach, key))));
        return found.filter((manifest) => manifest !== undefined);
      }),
  };
}

async function publish(reach: Reach, manifest: Manifest): Promise<{ manifest: Manifest; kept: boolean }> {
  const key = manifestKey(manifest.service, manifest.release);
  if ((await openObjects(reach).put(key, manifest, null)) !== null) return { manifest, kept: false };
  const existing = await readManifest(reach, key);
  // Somebody has deleted it at this moment, which nothing of ours does.
  if (existing === undefined) throw storeBusy(key);
  if (contentOf(existing) !== contentOf(manifest)) throw releaseExists(existing, manifest);
  return { manifest: existing, kept: true };
}

async function readManifest(reach: Reach, key: string): Promise<Manifest | undefined> {
  const found = await openObjects(reach).get(key);
  if (found === undefined) return undefined;
  try {
    const manifest = manifestSchema.parse(found.envelope?.value);
    const { service, release } = manifest;
    if (manifestKey(service, release) !== key) throw new Error(`it is for ${service} ${release}`);
    return manifest;
  } catch (error) {
    throw damagedManifest(`s3://${reach.bucket}/${reach.prefix}${key}`, error);
  }
}
