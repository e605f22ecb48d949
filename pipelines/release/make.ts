// The verb `release`, with its drivers: build or import, then write it into the ledger.
import { readdir } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import type { Service } from "../../environments/shape.ts";
import { stateFolder } from "../../infra/names.ts";
import { openBuilder } from "../drivers/build.ts";
import { openGit } from "../drivers/git.ts";
import { openPins } from "../drivers/pins.ts";
import { artifactsOf, storeOf } from "../environment/places.ts";
import type { Sharing } from "../environment/places.ts";
import { recorded } from "../ledger/recorded.ts";
import { buildRelease, importRelease } from "./run.ts";
import type { MadeRelease } from "./run.ts";

export interface MakeOrder {
  repo: string;
  service: Service;
  /** Whose bucket and ledger get it, from the environment's description; without one it stays in this clone. */
  sharing?: Sharing;
  release?: string | undefined;
  set: Record<string, string>;
  /** A tar file built elsewhere, instead of a build. */
  archive?: string | undefined;
  digest?: string | undefined;
  /** Who answers for it; whoever is at this machine where left out. */
  builtBy?: string;
  signal: AbortSignal;
}

const keepNewest = 20;

/**
 * Makes the release and clears away what is old and pinned nowhere from this clone. Refusals of build, archive and name
 * are thrown, and those of AWS where it is shared.
 */
export async function makeRelease({
  repo,
  service,
  sharing = { platform: "local" },
  archive,
  digest,
  signal,
  ...order
}: MakeOrder): Promise<MadeRelease> {
  const [artifacts, git, store] = [
    await artifactsOf(repo, sharing),
    openGit(repo),
    await storeOf(repo, sharing),
  ];
  const who = `${userInfo().username}@${hostname()}`;
  const request = { ...order, service, builtBy: order.builtBy ?? (await git.user()) ?? who, now: new Date() };
  const name = { id: "all", description: "all", local: false, stack: "" };
  const what = `release ${service.name} ${order.release ?? ""}`.trim();
  try {
    const made = await recorded(
      { store, who, name },
      {
        verb: "release",
        service: service.name,
        what,
        why: archive === undefined ? "built" : `imported ${archive}`,
      },
      () =>
        archive === undefined
          ? buildRelease(request, { artifacts, git, builder: openBuilder(repo, signal) })
          : importRelease({ ...request, archive, digest }, artifacts),
      ({ manifest, kept }) => ({ outcome: kept ? "kept" : "done", data: manifest }),
    );
    await artifacts.prune(await pinnedDigests(repo), { keepNewest, nowMs: Date.now() });
    return made;
  } finally {
    await store.close();
  }
}

/** Digests that a pin of any environment still needs, its way back included. */
async function pinnedDigests(repo: string): Promise<Set<string>> {
  const folders = [join(stateFolder(repo), "pins"), join(repo, "environments", "releases")];
  const files = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(folder).catch(() => []))
        .filter((name) => name.endsWith(".json"))
        .map((name) => join(folder, name)),
    ),
  );
  const pins = files.flat().flatMap((file) => Object.values(openPins(file).all()));
  return new Set(
    pins.flatMap(({ current, history }) => [current, ...history]).flatMap((one) => one?.digest ?? []),
  );
}
