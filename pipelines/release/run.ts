// Makes a release: builds or takes an archive, checks it, stores it by digest and writes its manifest.
import type { Artifacts, StoredArtifact } from "../drivers/artifacts.ts";
import type { Builder } from "../drivers/build.ts";
import type { Git } from "../drivers/git.ts";
import { Refusal } from "../errors.ts";
import { checkArchive, refusal } from "./archive.ts";
import type { Config, Manifest } from "./manifest.ts";
import { manifestOf, planRelease } from "./plan.ts";
import type { ReleasableService, ReleasePlan } from "./plan.ts";

export interface ReleaseOrder {
  service: ReleasableService;
  /** The wished name; without one it comes from the commit or the digest. */
  release?: string | undefined;
  /** The release's own configuration, from `--set`. */
  set: Config;
  builtBy: string;
  now: Date;
}

/** `kept`: a release of that name with the same content existed before and was left as it is. */
export interface MadeRelease {
  manifest: Manifest;
  kept: boolean;
}

/**
 * Builds a service and stores it as a release. Throws Refusal E_BUILD, E_ARCHIVE, E_RELEASE_EXISTS, E_RELEASE_NAME or
 * E_RELEASE_CONFIG; nothing is left behind then but, at most, an artifact that no manifest names.
 */
export async function buildRelease(
  order: ReleaseOrder,
  drivers: { artifacts: Artifacts; git: Git; builder: Builder },
): Promise<MadeRelease> {
  const { artifacts, git, builder } = drivers;
  const commit = await git.commit();
  const dirty = (await git.dirty(order.service.source)) ?? true;
  const plan = planRelease({ ...order, commit, dirty });
  const { name, source, build } = order.service;
  await using built = await builder.build({ source, command: build, version: plan.version });
  if (!built.ok) throw buildFailed(name, built.problem, built.lines);
  if (built.odd.length > 0)
    throw refusal(built.odd.map((path) => `${JSON.stringify(path)}: cannot be stored`));
  const artifact = await artifacts.put(built.archive, { check: checkArchive });
  return await publish(order, plan, artifact, artifacts);
}

/**
 * Stores an archive made elsewhere as a release; the digest, when given, must be the file's. Throws as buildRelease
 * does, and E_DIGEST.
 */
export async function importRelease(
  order: ReleaseOrder & { archive: string; digest?: string | undefined },
  artifacts: Artifacts,
): Promise<MadeRelease> {
  const planned = planRelease({ ...order, commit: null, dirty: true });
  const artifact = await importArtifact(order.archive, order.digest, artifacts);
  return await publish(order, { ...planned, version: order.release ?? "unknown" }, artifact, artifacts);
}

/** Checks a tar file and stores a copy of it; the check reads the copy, so a later change of the file is no matter. */
export async function importArtifact(
  tarPath: string,
  digest: string | undefined,
  artifacts: Artifacts,
): Promise<StoredArtifact> {
  return await artifacts.put(tarPath, { expected: digest, check: checkArchive });
}

async function publish(
  order: ReleaseOrder,
  plan: ReleasePlan,
  artifact: StoredArtifact,
  artifacts: Artifacts,
): Promise<MadeRelease> {
  const manifest = manifestOf(plan, artifact, { by: order.builtBy, at: order.now });
  return await artifacts.manifests.publish(manifest);
}

function buildFailed(service: string, problem: string, details: string[]): Refusal {
  return new Refusal("E_BUILD", {
    what: `The build of ${service} failed: ${problem}.`,
    state: "No release was made; nothing that runs was touched.",
    next: `Mend the build, then run: surefoot release ${service}`,
    details,
  });
}
