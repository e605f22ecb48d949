// Reads a preview that was written elsewhere, by a job that ran the code of a pull request: bounded, checked, or refused. Pure.
import { Refusal } from "../errors.ts";
import type { ChangePreview } from "./document.ts";
import { documentShape } from "./document-shape.ts";
import { clean } from "./words.ts";

// Far above any plan; below what makes this process run out of stack or memory.
const MOST_DEPTH = 100;
const MOST_VALUES = 2_000_000;
const MOST_TOLD = 5;

/** The document in a text; refuses what is none with E_PREVIEW_DOCUMENT. `file`: how it is called. */
export function readPreview(file: string, text: string): ChangePreview {
  const value = jsonIn(file, text);
  if (!isBounded(value)) throw noDocument(file, ["it is nested too deep, or holds too much"]);
  const read = documentShape.safeParse(value);
  if (read.success) return read.data;
  const { issues } = read.error;
  const more = issues.length - MOST_TOLD;
  throw noDocument(file, [
    ...issues
      .slice(0, MOST_TOLD)
      .map(({ path, message }) => `${clean(path.join("."))}: ${clean(message, 200)}`),
    ...(more > 0 ? [`and ${more} more`] : []),
  ]);
}

function jsonIn(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw noDocument(file, ["it is not JSON"]);
  }
}

/** Without a recursion of its own, which a hostile document would end. */
function isBounded(document: unknown): boolean {
  const open: [value: unknown, depth: number][] = [[document, 0]];
  let values = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next;
    if (typeof value !== "object" || value === null) continue;
    const inner = Object.values(value);
    values += inner.length;
    if (depth >= MOST_DEPTH || values > MOST_VALUES) return false;
    for (const one of inner) open.push([one, depth + 1]);
  }
  return true;
}

function noDocument(file: string, details: string[]): Refusal {
  return new Refusal("E_PREVIEW_DOCUMENT", {
    what: `${clean(file, 200)} is no preview as surefoot preview --json prints it`,
    state: "nothing was changed; no preview was joined",
    next: "look into the job that wrote it, and let it run again",
    details,
  });
}
