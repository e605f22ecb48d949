// One changed resource in Markdown: its line with all marks, and its properties as a coloured diff. Pure.
import { unknownValue } from "../../infra/planned.ts";
import type { Item } from "./markdown-budget.ts";
import { code, fenced } from "./markdown-safe.ts";
import { opWords } from "./op-words.ts";
import type { Change } from "./plan.ts";
import type { PropertyChange } from "./properties.ts";
import { maskText } from "../masking/secrets.ts";
import { shortType } from "./words.ts";

/** How much of one change is shown. */
export interface Depth {
  properties: number;
  /** Lines of a text, of each side. */
  lines: number;
  /** Characters of a line. */
  line: number;
}

/** For a comment: enough to review. */
export const brief: Depth = { properties: 30, lines: 8, line: 300 };
/** For a page of its own: whatever the preview kept. */
export const whole: Depth = { properties: 1000, lines: 400, line: 5000 };

const MOST_FORCING = 5;

/** `**DELETE** name (type): **HOLDS DATA**, protected, forced by engineVersion (16 -> 17)` */
export function changeLine(change: Change): string {
  const { op, name, type, protect, stateful } = change;
  const ends = op === "replace" || op === "delete";
  const notes = [
    ...(ends && stateful ? ["**HOLDS DATA**"] : []),
    ...(protect ? ["protected"] : []),
    ...forcing(change),
  ];
  const { line, counted } = opWords[op];
  // Said of the resource here: it drifted.
  const plain = op === "refresh" ? counted : line;
  const word = ends ? `**${plain}**` : plain;
  return `${word} ${code(name)} (${code(shortType(type))})${notes.length > 0 ? `: ${notes.join(", ")}` : ""}`;
}

function forcing({ forcedBy, properties }: Change): string[] {
  const forced = properties.filter(({ forces }) => forces);
  const named = forced.length > 0 ? forced.map(withValues) : forcedBy.map((name) => code(name, 60));
  if (named.length === 0) return [];
  const more = named.length - MOST_FORCING;
  const some = named.slice(0, MOST_FORCING).join(", ");
  return [`forced by ${some}${more > 0 ? ` and ${more} more` : ""}`];
}

const withValues = ({ path, kind, before, after }: PropertyChange): string => {
  const values = { added: [after], removed: [before], changed: [before, after] }[kind];
  const told = values.map((value) => code(valueText(value), 60)).join(" -> ");
  return `${code(path, 60)} (${kind === "changed" ? "" : `${kind} `}${told})`;
};

/** A change as an item: its line and the diff of its properties, or the line alone. */
export function changeItem(change: Change, depth: Depth): Item {
  const line = changeLine(change);
  const { properties } = change;
  if (properties.length === 0) {
    const why =
      change.op === "update" ? ": no input differs: a secret, or the provider's own view of it" : "";
    return { text: `${line}${why}` };
  }
  const more = properties.length - depth.properties;
  const lines = [
    ...properties.slice(0, depth.properties).flatMap((one) => propertyLines(one, depth)),
    ...(more > 0 ? [`# and ${more} more properties`] : []),
  ];
  const short = `${line}: ${properties.length} ${properties.length === 1 ? "property" : "properties"}`;
  return { text: `${line}\n\n${fenced(lines, "diff", depth.line)}`, brief: short };
}

function propertyLines({ path, before, after, forces }: PropertyChange, depth: Depth): string[] {
  const why = forces ? "  (forces the replacement)" : "";
  return [`# ${path}${why}`, ...valueLines("-", before, depth), ...valueLines("+", after, depth)];
}

function valueLines(mark: "-" | "+", value: unknown, depth: Depth): string[] {
  if (value === undefined) return [];
  const lines = valueText(value).split("\n");
  const more = lines.length - depth.lines;
  return [
    ...lines.slice(0, depth.lines).map((line) => `${mark} ${line}`),
    ...(more > 0 ? [`# and ${more} more lines`] : []),
  ];
}

function valueText(value: unknown): string {
  const text = typeof value === "string" && value !== "" ? value : (JSON.stringify(value) ?? "nothing");
  // As a whole: a key of many lines is one only to who sees its first.
  return maskText(text).replaceAll(unknownValue, "(known after the update)");
}
