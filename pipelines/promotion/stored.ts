// The release that is to go on: in this environment's store, or brought there from upstream's, byte by byte the same.
import type { Service } from "../../environments/shape.ts";
import type { Artifacts } from "../drivers/artifacts.ts";
import { artifactsOf } from "../environment/places.ts";
import type { Workspace } from "../environment/workspace.ts";
import { Refusal } from "../errors.ts";
import { checkArchive } from "../release/archive.ts";
import type { Manifest } from "../release/manifest.ts";
import type { Deployable } from "../rollout/fleet.ts";
import type { Upstream } from "./upstream.ts";

export interface StoredRelease {
  manifest: Manifest;
  /** As it ran upstream; null: it never did. */
  record: Deployable | null;
  /** The store that has it, where this environment's has not. */
  elsewhere?: Artifacts;
}

type Place = Pick<Workspace, "repo" | "artifacts" | "name">;

/** Looks here, then upstream. Refuses with E_RELEASE_UNKNOWN, and with E_DIGEST where the name stands for other bytes than upstream ran. */
export async function findRelease(
  place: Place,
  upstream: Upstream,
  service: Pick<Service, "name">,
  release: string,
): Promise<StoredRelease> {
  const found = await whereItIs(place, upstream, service, release);
  const { current, history } = upstream.pins.of(service.name);
  const record = [current, ...history].find((one) => one?.release === release) ?? null;
  if (record === null || record.digest === found.manifest.digest) return { ...found, record };
  throw new Refusal("E_DIGEST", {
    what: `${service.name} ${release} is not what was verified in ${upstream.name.id}: the same name, other bytes`,
    state: "nothing was touched",
    next: `surefoot release ${service.name} makes a release under a new name`,
    details: [`verified there: ${record.digest}`, `to go on: ${found.manifest.digest}`],
  });
}

async function whereItIs(
  { repo, artifacts }: Place,
  { description }: Upstream,
  service: Pick<Service, "name">,
  release: string,
): Promise<Omit<StoredRelease, "record">> {
  try {
    return { manifest: await artifacts.manifests.read(service.name, release) };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "E_RELEASE_UNKNOWN") throw error;
    const elsewhere = await artifactsOf(repo, description);
    return { manifest: await elsewhere.manifests.read(service.name, release), elsewhere };
  }
}

/** Copies it into this environment's store where it is not there: the same bytes, checked by digest, never built again. */
export async function bring(
  place: Place,
  upstream: Upstream,
  { manifest, elsewhere }: StoredRelease,
): Promise<void> {
  if (elsewhere === undefined) return;
  const { service, release, digest } = manifest;
  try {
    const file = await elsewhere.get(digest);
    await place.artifacts.put(file, { expected: digest, check: checkArchive });
    await place.artifacts.manifests.publish(manifest);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const next = `whoever promotes reads the store of ${upstream.name.id} and writes that of ${place.name.id}; or take the archive there yourself: surefoot release ${service} --release ${release} --artifact <archive> --digest ${digest} --from ${place.name.id}`;
    const what = `${service} ${release} could not be copied from the store of ${upstream.name.id} to that of ${place.name.id}: ${error.message}`;
    throw new Refusal(
      error.code,
      { what, state: "nothing that runs was touched", next, details: error.details },
      { cause: error },
    );
  }
}
