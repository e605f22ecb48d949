// Decides whether an archive may be unpacked on a node: every entry stays inside the release folder and is plain.
import { readArchive, sizeOfFile } from "../drivers/tar.ts";
import { Refusal } from "../errors.ts";
import { OddArchive } from "./tar-format.ts";
import type { TarEntry } from "./tar-format.ts";

export const largestArchive = 2 * 1024 ** 3;
export const mostEntries = 50_000;
const shownComplaints = 20;

/** Reads an archive and throws Refusal E_ARCHIVE, naming the entries, unless all of it is safe to unpack. */
export async function checkArchive(tarPath: string): Promise<{ entries: number; bytes: number }> {
  const bytes = await sizeOfFile(tarPath);
  if (bytes === null) throw refusal(["it is not a regular file"]);
  if (bytes > largestArchive) throw refusal(["it is larger than 2 GiB"]);
  const seen: Seen = { entries: new Map(), folders: new Set() };
  const complaints: string[] = [];
  let entries = 0;
  try {
    for await (const entry of readArchive(tarPath)) {
      entries++;
      const complaint =
        entries > mostEntries ? "it has more than 50,000 entries" : complaintAbout(entry, seen);
      if (complaint) complaints.push(complaint);
      if (complaints.length > shownComplaints || entries > mostEntries) break;
    }
  } catch (error) {
    if (!(error instanceof OddArchive)) throw error;
    complaints.push(error.message);
  }
  const isEmpty = ![...seen.entries.values()].some((e) => e.type === "file");
  if (complaints.length === 0 && isEmpty) complaints.push("it holds no file");
  if (complaints.length > 0) throw refusal(complaints);
  return { entries, bytes };
}

/** The refusal of an archive or of a folder that was to become one. */
export function refusal(complaints: string[]): Refusal {
  const more = complaints.length > shownComplaints ? ["and more"] : [];
  return new Refusal("E_ARCHIVE", {
    what: "The release archive is not safe to unpack.",
    state: "Nothing was stored.",
    next: "Build the archive again without these entries.",
    details: [...complaints.slice(0, shownComplaints), ...more],
  });
}

/** What an archive has said so far, by plain path. */
export interface Seen {
  entries: Map<string, TarEntry>;
  /** Folders that exist because something lies in them. */
  folders: Set<string>;
}

/** What is wrong with one entry, given those before it, to which it is added. */
export function complaintAbout(entry: TarEntry, seen: Seen): string | undefined {
  const path = plain(entry.path);
  const complaint = path === undefined ? "its name leads outside" : wrong(entry, path, seen);
  // The release folder itself, `.`, is the parent of everything and may be named more than once.
  if (path) {
    seen.entries.set(path, entry);
    for (const parent of parentsOf(path)) seen.folders.add(parent);
  }
  return complaint && `${JSON.stringify(entry.path)}: ${complaint}`;
}

function wrong(entry: TarEntry, path: string, seen: Seen): string | undefined {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f]/.test(entry.path + entry.target)) return "control characters in a name";
  if (entry.type !== "folder" && (path === "" || seen.folders.has(path)))
    return "it takes the place of a folder";
  if (path.startsWith(".surefoot")) return "the name is reserved";
  if (seen.entries.has(path)) return "it is there twice";
  if (entry.mode & 0o6000) return "it runs with its owner's rights (setuid or setgid)";
  if (parentsOf(path).some((p) => (seen.entries.get(p)?.type ?? "folder") !== "folder")) {
    return "it lies below a link or a file";
  }
  if (entry.type === "other") return "it is neither file, folder nor link";
  if (entry.type === "symlink") return symlinkLeaves(path, entry.target) ? leaves(entry) : undefined;
  if (entry.type !== "hardlink") return undefined;
  const target = seen.entries.get(plain(entry.target) ?? "");
  return target?.type === "file"
    ? undefined
    : `not a link to a file before it: ${JSON.stringify(entry.target)}`;
}

/** `a/b/c`: `a` and `a/b`. */
function parentsOf(path: string): string[] {
  return [...path.matchAll(/\//g)].map((slash) => path.slice(0, slash.index));
}

const leaves = ({ target }: TarEntry): string => `it links out of the release: ${JSON.stringify(target)}`;

/** `./a//b/` as `a/b`; undefined for an absolute, empty or climbing path. */
function plain(path: string): string | undefined {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return path === "" || path.startsWith("/") || parts.includes("..") ? undefined : parts.join("/");
}

/**
 * Whether a symbolic link could leave the release. `..` is allowed at the front only: behind a name it could step out of
 * a folder that is itself a link, and then the text of the target says nothing about where it ends.
 */
function symlinkLeaves(path: string, target: string): boolean {
  const parts = target.split("/").filter((part) => part !== "" && part !== ".");
  const ups = parts.findIndex((part) => part !== "..");
  const climbs = ups === -1 ? parts.length : ups;
  const depth = path.split("/").length - 1;
  return target === "" || target.startsWith("/") || climbs > depth || parts.slice(climbs).includes("..");
}
