// Turns a release's archive into the layer of an image: the same files under one folder, the same bytes on every machine.
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { Header, Pack, ReadEntry, list } from "tar";
import { Refusal } from "../errors.ts";
import { releaseFolder } from "../rollout/argo/template.ts";

// How a layer says that a file of the layers below is gone: https://specs.opencontainers.org/image-spec/layer/#whiteouts
const whiteout = /(^|\/)\.wh\./;

/**
 * Writes the layer as a plain tar and returns its digest (the image's `diff_id` of it). Order and content are the archive's, times
 * and owners are 0, modes 0755 or 0644. The archive is one that `checkArchive` took. Refuses with E_ARCHIVE what a layer cannot hold.
 */
export async function writeLayer(archive: string, layer: string, signal?: AbortSignal): Promise<string> {
  const broken = new AbortController();
  const { pack, read, odd } = repacked(archive, () => broken.abort());
  const hash = createHash("sha256");
  const summed = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  };
  const written = pipeline(
    pack[Symbol.asyncIterator](),
    summed,
    createWriteStream(layer, { flags: "wx", mode: 0o600 }),
    { signal: AbortSignal.any([broken.signal, ...(signal ? [signal] : [])]) },
  );
  try {
    await Promise.all([read, written]);
  } finally {
    // What nobody reads any more must still run dry, or the archive stays open.
    pack.resume();
  }
  if (odd.length > 0) throw unlayerable(odd);
  return `sha256:${hash.digest("hex")}`;
}

/** The archive's entries on their way into the layer; `read` ends with the last one, and rejects after `failed` was called. */
function repacked(archive: string, failed: () => void): { pack: Pack; read: Promise<void>; odd: string[] } {
  const odd: string[] = [];
  const options = { prefix: releaseFolder.slice(1), portable: true, strict: true, mtime: new Date(0) };
  // Entries of an archive wait in the queue as jobs; with fewer jobs than entries it would wait for itself.
  const pack = new Pack({ ...options, jobs: Infinity });
  pack.add(rootFolder());
  const take = (entry: ReadEntry): void => {
    if (whiteout.test(entry.path)) odd.push(entry.path);
    // The folder itself is there once, with rights of our own.
    if (isRoot(entry.path) || odd.length > 0) return void entry.resume();
    // The files are root's here and the pod's user is not: what only its owner may read, it could not.
    entry.mode = entry.type === "Directory" || ((entry.mode ?? 0) & 0o100) !== 0 ? 0o755 : 0o644;
    pack.add(entry);
  };
  const reading = list({ file: archive, strict: true, noResume: true, onReadEntry: take });
  const read = reading.then(
    () => void pack.end(),
    (error: unknown) => {
      failed();
      throw error;
    },
  );
  return { pack, read, odd };
}

const isRoot = (path: string): boolean => path.split("/").every((part) => part === "" || part === ".");

function rootFolder(): ReadEntry {
  const entry = new ReadEntry(new Header({ path: "./", type: "Directory", mode: 0o755, size: 0 }));
  entry.end();
  return entry;
}

function unlayerable(paths: string[]): Refusal {
  return new Refusal("E_ARCHIVE", {
    what: "The release cannot be laid on an image: names that begin with .wh. mean a deleted file there.",
    state: "No image was pushed.",
    next: "Give these files other names, then release again.",
    details: paths.slice(0, 20).map((path) => JSON.stringify(path)),
  });
}
