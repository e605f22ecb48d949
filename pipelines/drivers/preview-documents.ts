// The documents of previews below a folder, as texts and within limits: others have written them, and may mean harm.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../errors.ts";
import { printable } from "../ledger/printable.ts";

export interface DocumentText {
  /** From the folder, with slashes. */
  file: string;
  text: string;
}

const MOST_FILES = 200;
const MOST_BYTES = 64 * 1024 ** 2;

/**
 * Every `*.json` that is a file, by name; links are not followed. None for a folder that is not there: no job may have written one.
 * Refuses with E_PREVIEW_DOCUMENT what is too much, cannot be read or is no text.
 */
export function readDocuments(folder: string): DocumentText[] {
  const files = listed(folder);
  if (files.length > MOST_FILES) throw refused(`there are more than ${MOST_FILES} documents`);
  let left = MOST_BYTES;
  return files.map((file) => {
    try {
      left -= statSync(join(folder, file)).size;
      if (left < 0) throw refused(`the documents are larger than ${MOST_BYTES / 1024 ** 2} MiB together`);
      return {
        file,
        text: new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(join(folder, file))),
      };
    } catch (error) {
      if (error instanceof Refusal) throw error;
      throw refused(`${shown(file)} cannot be read as text (${codeOf(error)})`);
    }
  });
}

function listed(folder: string): string[] {
  try {
    return filesBelow(folder, "").toSorted();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw refused(`${shown(folder)} cannot be read as a folder (${codeOf(error)})`);
  }
}

/** Step by step: readdir's own `recursive` goes through links to folders. */
function filesBelow(folder: string, inside: string): string[] {
  return readdirSync(join(folder, inside), { withFileTypes: true }).flatMap((entry) => {
    const path = inside === "" ? entry.name : `${inside}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(folder, path);
    return entry.isFile() && entry.name.endsWith(".json") ? [path] : [];
  });
}

const shown = (path: string): string => printable(path.slice(0, 200));

function codeOf(error: unknown): string {
  if (error instanceof TypeError) return "not UTF-8";
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}

const refused = (what: string): Refusal =>
  new Refusal("E_PREVIEW_DOCUMENT", {
    what,
    state: "nothing was changed; no preview was joined",
    next: "--join with the folder that holds what surefoot preview --json printed",
  });
