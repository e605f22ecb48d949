// Packs a folder so that the same content always gives the same bytes, and reads archives without trusting them.
import { createWriteStream } from "node:fs";
import { open, readdir, stat as statOf } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Pack } from "tar";
import { headersOf } from "../release/tar-format.ts";
import type { TarEntry } from "../release/tar-format.ts";

/** Relative paths below a folder, sorted by code unit (no locale), and those that a release cannot hold. */
async function walk(folder: string): Promise<{ paths: string[]; odd: string[] }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const relative = (parent: string, name: string): string =>
    join(parent, name).slice(join(folder, "/").length);
  // A name that is not UTF-8 arrives with U+FFFD in it and cannot be opened again.
  const isPlain = (e: (typeof entries)[number]): boolean =>
    (e.isFile() || e.isDirectory() || e.isSymbolicLink()) && !e.name.includes("\uFFFD");
  const pathsOf = (some: typeof entries): string[] =>
    some.map((e) => relative(e.parentPath, e.name)).toSorted();
  return { paths: pathsOf(entries.filter(isPlain)), odd: pathsOf(entries.filter((e) => !isPlain(e))) };
}

/**
 * Writes the content of a folder as a plain tar archive whose bytes depend on names, content and the owner's execute
 * bit alone. Returns what was left out: sockets, devices, pipes and names that are not UTF-8.
 */
export async function packFolder(folder: string, file: string): Promise<string[]> {
  const { paths, odd } = await walk(folder);
  const pack = new Pack({
    cwd: folder,
    portable: true,
    // The names come from walk, so none is absolute, and none needs the mending that would change it.
    preservePaths: true,
    strict: true,
    noDirRecurse: true,
    mtime: new Date(0),
    filter: (_path, stat) => {
      // Two names of one file are stored as two files: how the build copied it must not show.
      if ("nlink" in stat) stat.nlink = 1;
      return true;
    },
    onWriteEntry: ({ stat, type }) => {
      if (stat) stat.mode = type === "File" && !(stat.mode & 0o100) ? 0o644 : 0o755;
    },
    // No gzip: what another zlib version compresses to would change the digest.
  });
  for (const path of paths) pack.add(path);
  pack.end();
  // As an iterator, because only that passes an error of the packing on to the pipeline.
  await pipeline(pack[Symbol.asyncIterator](), createWriteStream(file, { flags: "wx" }));
  return odd;
}

/** Bytes of a regular file; null for anything else. */
export async function sizeOfFile(file: string): Promise<number | null> {
  const stat = await statOf(file);
  return stat.isFile() ? stat.size : null;
}

/** The entries of an archive, one by one, in file order; bodies are skipped. Throws OddArchive as headersOf does. */
export async function* readArchive(file: string): AsyncGenerator<TarEntry> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    yield* headersOf(size, async (position, length) => {
      const block = Buffer.alloc(length);
      const { bytesRead } = await handle.read(block, 0, length, position);
      return block.subarray(0, bytesRead);
    });
  } finally {
    await handle.close();
  }
}
