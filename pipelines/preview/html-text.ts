// How texts from anywhere are put into a page: visible, harmless, and never longer than a page bears. Pure.
import { clean } from "./words.ts";

const LONGEST = 4000;
const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text inside an element or a quoted attribute; what would hide or turn it round is spelled out. */
export function escaped(text: string, most = LONGEST): string {
  return clean(text, most).replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
}

/** A text of several lines, each of them harmless. */
export function escapedLines(text: string): string {
  return text
    .split("\n")
    .map((line) => escaped(line))
    .join("\n");
}

/** A short mark; `kind` is a class of our own. */
export const tag = (text: string, kind: string): string =>
  `<span class="tag ${kind}">${escaped(text)}</span>`;
