// The folder of descriptions on disk: which there are, and the text of one, within limits.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { complainAboutName, isFileName } from "./name.ts";
import { hint } from "./suggest.ts";

export type FileText = { ok: true; text: string } | { ok: false; rule: string; message: string };

const MAX_BYTES = 1024 * 1024;
const ENDING = ".yaml";

/** The names of the environments described in a folder, sorted; empty for a folder that cannot be read. */
export function listDescriptions(folder: string): string[] {
  return listFiles(folder).filter((name) => complainAboutName(name) === undefined);
}

/** How complaints call a file: with its folder, but without the way to it on this machine. */
export function fileLabel(folder: string, name: string): string {
  return `${basename(resolve(folder))}/${isFileName(name) ? `${name}${ENDING}` : ""}`;
}

/** Reads `<folder>/<name>.yaml`. A name that `isFileName` refuses, a missing, huge or non-UTF-8 file is a complaint. */
export function readDescription(folder: string, name: string): FileText {
  const path = join(folder, `${name}${ENDING}`);
  const missing = { ok: false, rule: "no-such-description", message: missingMessage(folder, name) } as const;
  if (!isFileName(name)) return missing;
  try {
    const file = statSync(path);
    // A pipe would block the reader for ever.
    if (!file.isFile()) return { ok: false, rule: "not-a-file", message: "is not a file" };
    if (file.size > MAX_BYTES) return { ok: false, rule: "too-much", message: "is larger than 1 MiB" };
    return { ok: true, text: new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path)) };
  } catch (error) {
    if (error instanceof TypeError) return { ok: false, rule: "not-text", message: "is not UTF-8 text" };
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    return code === "ENOENT"
      ? missing
      : { ok: false, rule: "unreadable", message: `cannot be read (${code})` };
  }
}

function missingMessage(folder: string, name: string): string {
  const names = listDescriptions(folder);
  const known = hint(name, names, "Described here") || " Nothing is described in this folder.";
  return `there is no description of ${JSON.stringify(name.slice(0, 60))}.${known}`;
}

function listFiles(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((file) => file.endsWith(ENDING));
    return names.map((file) => file.slice(0, -ENDING.length)).toSorted();
  } catch {
    return [];
  }
}
