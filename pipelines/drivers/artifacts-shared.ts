// Releases of a team: what is published here is for every machine, and what another published is fetched on first use.
import { checkArchive } from "../release/archive.ts";
import { notShared, releaseExists, unknownRelease, wrongDigest } from "../release/complaints.ts";
import { contentOf } from "../release/manifest.ts";
import type { Manifest } from "../release/manifest.ts";
import { newestFirst } from "../release/retention.ts";
import type { ReleaseBucket } from "./artifacts-bucket.ts";
import type { Artifacts } from "./artifacts.ts";
import type { Manifests } from "./manifests.ts";

/**
 * The artifacts of this clone and those in the bucket as one. The bucket says what a name stands for; a release that is
 * only here is not read. `prune` and `forget` clear away local copies alone. Refuses also E_STORE and those of AWS.
 */
export function shareArtifacts(local: Artifacts, bucket: ReleaseBucket): Artifacts {
  const underWay = new Map<string, Promise<void>>();
  // Fifty nodes ask for the same one at the same time.
  const fetched = (digest: string): Promise<void> => {
    const known = underWay.get(digest);
    if (known !== undefined) return known;
    const started = fetchInto(local, bucket, digest).finally(() => underWay.delete(digest));
    underWay.set(digest, started);
    return started;
  };
  return {
    ...local,
    manifests: shareManifests(local, bucket),
    async get(digest) {
      if (!(await local.has(digest))) await fetched(digest);
      return await local.get(digest);
    },
  };
}

function shareManifests(local: Artifacts, bucket: ReleaseBucket): Manifests {
  const own = local.manifests;
  const list = async (service?: string): Promise<Manifest[]> => {
    const all = [...(await own.list(service)), ...(await bucket.list(service))];
    return newestFirst([...new Map(all.map((one) => [`${one.service} ${one.release}`, one])).values()]);
  };
  return {
    list,
    async publish(manifest) {
      const { service, release, digest } = manifest;
      const here = (await own.list(service)).find((one) => one.release === release);
      // Before much is sent; what decides is the write below.
      for (const existing of [here, await bucket.read(service, release)])
        if (existing && contentOf(existing) !== contentOf(manifest)) throw releaseExists(existing, manifest);
      await bucket.send(digest, await local.get(digest));
      const published = await bucket.publish(manifest);
      await own.publish(published.manifest);
      return published;
    },
    async read(service, release) {
      const shared = await bucket.read(service, release);
      if (shared !== undefined) return shared;
      const known = (await list(service)).map((one) => one.release);
      if (known.includes(release)) throw notShared(service, release, bucket.name);
      throw unknownRelease(service, release, known);
    },
    forget: own.forget,
  };
}

async function fetchInto(local: Artifacts, bucket: ReleaseBucket, digest: string): Promise<void> {
  const write = async (draft: string): Promise<void> => {
    const found = await bucket.fetch(digest, draft);
    if (found !== digest) throw wrongDigest(digest, found);
  };
  await local.receive(write, { expected: digest, check: checkArchive });
}
