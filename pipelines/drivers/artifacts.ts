// Keeps artifacts by digest in a folder, with the manifests of their releases; a write is whole or not there at all.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, copyFile, mkdir, open, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { wrongDigest } from "../release/complaints.ts";
import { outdated } from "../release/retention.ts";
import { draftIn, namesIn, openManifests } from "./manifests.ts";
import type { Manifests } from "./manifests.ts";

export interface Artifacts {
  manifests: Manifests;
  /**
   * Stores a copy of a file under its digest, after `check` has read that copy. The same bytes again are kept as they
   * are. Throws Refusal E_DIGEST when they are not the expected ones, and whatever `check` throws.
   */
  put(file: string, options: PutOptions): Promise<StoredArtifact>;
  /** Stores what `write` leaves at the path it is given, as `put` does with a copy. Throws also what `write` throws. */
  receive(write: (draft: string) => Promise<unknown>, options: PutOptions): Promise<StoredArtifact>;
  /** Whether a file of that digest is there; only `get` says that it is unchanged. */
  has(digest: string): Promise<boolean>;
  /** Path of the stored file, verified; throws Refusal E_DIGEST when it is missing or its bytes have changed. */
  get(digest: string): Promise<string>;
  /** Deletes releases neither among the newest of their service nor kept, then artifacts without a release. */
  prune(keep: ReadonlySet<string>, options: PruneOptions): Promise<{ releases: number; artifacts: number }>;
}

export interface StoredArtifact {
  digest: string;
  bytes: number;
}

export interface PutOptions {
  expected?: string | undefined;
  check: (file: string) => Promise<unknown>;
}

export interface PruneOptions {
  keepNewest: number;
  nowMs: number;
  /** Younger files are left alone: their release may be about to be written. */
  graceSeconds?: number;
}

/** Opens the store in a folder, which is made on the first write. */
export function openArtifacts(folder: string): Artifacts {
  const home = join(folder, "artifacts", "sha256");
  const drafts = join(folder, "drafts");
  const manifests = openManifests(join(folder, "releases"), drafts);
  const pathOf = (digest: string): string => join(home, `${digest.replace("sha256:", "")}.tar`);
  const receive: Artifacts["receive"] = async (write, { expected, check }) => {
    const draft = draftIn(drafts);
    await mkdir(drafts, { recursive: true });
    try {
      await write(draft);
      await check(draft);
      return await keep(draft, expected, pathOf);
    } finally {
      await rm(draft, { force: true });
    }
  };
  return {
    manifests,
    receive,
    async put(file, options) {
      // Twice: first so that nothing huge is copied, then on the copy, because the file may have changed since.
      await options.check(file);
      return await receive((copy) => copyFile(file, copy), options);
    },
    has: async (digest) => (await stat(pathOf(digest)).catch(noneThere)) !== null,
    async get(digest) {
      const found = await digestOf(pathOf(digest));
      if (found !== digest) throw wrongDigest(digest, found);
      return pathOf(digest);
    },
    async prune(digests, { keepNewest, nowMs, graceSeconds = 3600 }) {
      const all = await manifests.list();
      const old = new Set(outdated(all, digests, keepNewest));
      for (const manifest of old) await manifests.forget(manifest);
      const wanted = [...digests, ...all.filter((m) => !old.has(m)).map((m) => m.digest)].map(pathOf);
      const olderThanMs = nowMs - graceSeconds * 1000;
      await sweep(drafts, new Set(), olderThanMs);
      return { releases: old.size, artifacts: await sweep(home, new Set(wanted), olderThanMs) };
    },
  };
}

/** Gives a checked copy its final name; the bytes of an equal file are kept, those of a damaged one replaced. */
async function keep(
  copy: string,
  expected: string | undefined,
  pathOf: (digest: string) => string,
): Promise<StoredArtifact> {
  const digest = await digestOf(copy);
  if (digest === null || (expected !== undefined && digest !== expected)) {
    throw wrongDigest(expected ?? copy, digest);
  }
  const path = pathOf(digest);
  const { size } = await stat(copy);
  if ((await digestOf(path)) === digest) {
    // As if new, so that a prune at this moment leaves it.
    const now = new Date();
    await utimes(path, now, now);
  } else {
    await chmod(copy, 0o444);
    await mkdir(dirname(path), { recursive: true });
    await moveWhole(copy, path);
  }
  return { digest, bytes: size };
}

/** Deletes the files of a folder that are not wanted and older than a moment; returns how many. */
async function sweep(folder: string, wanted: ReadonlySet<string>, olderThanMs: number): Promise<number> {
  let removed = 0;
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    const info = await stat(path).catch(() => undefined);
    if (wanted.has(path) || !info || info.mtimeMs > olderThanMs) continue;
    await rm(path, { force: true });
    removed++;
  }
  return removed;
}

/** sha256 of a file as `sha256:<hex>`; null where there is none. */
async function digestOf(file: string): Promise<string | null> {
  const hash = createHash("sha256");
  const read = await pipeline(createReadStream(file), hash).catch(noneThere);
  return read === null ? null : `sha256:${hash.digest("hex")}`;
}

function noneThere(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}

/** To disk before the name appears, so that a power cut leaves the old state or the new one. */
async function moveWhole(from: string, to: string): Promise<void> {
  await using handle = await open(from, "r");
  await handle.sync();
  await rename(from, to);
  await using folder = await open(dirname(to), "r");
  await folder.sync();
}
