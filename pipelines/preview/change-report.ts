// Lines of one change: what happens to which resource, why, and each property's old and new value.
import { unknownValue } from "../../infra/planned.ts";
import { opWords } from "./op-words.ts";
import type { Change } from "./plan.ts";
import type { PropertyChange } from "./properties.ts";
import { clean, listed, shortType } from "./words.ts";

const MOST_PROPERTIES = 30;
const MOST_LINES = 8;
const MOST_CREATED = 40;

/** A changed resource with its properties. */
export function changeText(change: Change): string[] {
  const { op, name, type, protect, stateful, forcedBy, properties } = change;
  const ends = op === "replace" || op === "delete";
  const notes = [
    ...(ends && stateful ? ["HOLDS DATA"] : []),
    ...(protect ? ["protected"] : []),
    ...(forcedBy.length > 0 ? [`forced by ${listed(forcedBy)}`] : []),
  ];
  const more = properties.length - MOST_PROPERTIES;
  const { mark, line } = opWords[op];
  return [
    `${mark} ${line} ${clean(name)} (${shortType(type)})${notes.length > 0 ? `: ${notes.join(", ")}` : ""}`,
    ...properties.slice(0, MOST_PROPERTIES).flatMap(propertyText),
    ...(more > 0 ? [`      and ${more} more properties: --json has all`] : []),
    ...((op === "update" || op === "refresh") && properties.length === 0
      ? ["      no input differs: a secret, or the provider's own view of it"]
      : []),
  ];
}

/** A resource that somebody else took away. */
export function goneText({ name, type, stateful, protect }: Change): string[] {
  const notes = [...(stateful ? ["HELD DATA"] : []), ...(protect ? ["protected"] : [])];
  return [`-   GONE ${clean(name)} (${shortType(type)})${notes.length > 0 ? `: ${notes.join(", ")}` : ""}`];
}

/** New resources: a line each, or where they are many a line a type. */
export function createdText(created: readonly Change[]): string[] {
  if (created.length <= MOST_CREATED) return created.flatMap((one) => changeText({ ...one, properties: [] }));
  return [...Map.groupBy(created, ({ type }) => type)].map(
    ([type, some]) => `+   create ${some.length} ${shortType(type)}: ${listed(some.map(({ name }) => name))}`,
  );
}

function propertyText({ path, kind, before, after, forces }: PropertyChange): string[] {
  const head = `      ${clean(path)}`;
  const why = forces ? "  (forces the replacement)" : "";
  if ([before, after].some((value) => typeof value === "string" && value.includes("\n")))
    return [`${head}:${why}`, ...linesText("-", before), ...linesText("+", after)];
  if (kind === "added") return [`${head}: + ${shortValue(after)}${why}`];
  if (kind === "removed") return [`${head}: - ${shortValue(before)}${why}`];
  return [`${head}: ${shortValue(before)} -> ${shortValue(after)}${why}`];
}

function linesText(mark: string, value: unknown): string[] {
  if (value === undefined) return [];
  const lines = String(value).split("\n");
  const more = lines.length - MOST_LINES;
  return [
    ...lines.slice(0, MOST_LINES).map((line) => `        ${mark} ${clean(line)}`),
    ...(more > 0 ? [`        ${mark} and ${more} more lines`] : []),
  ];
}

const shortValue = (value: unknown): string => clean(valueText(value));

/** A value as people read it; it may be long, and is not made harmless yet. */
export function valueText(value: unknown): string {
  const text = typeof value === "string" && value !== "" ? value : (JSON.stringify(value) ?? "nothing");
  return text.replaceAll(unknownValue, "(known after the update)");
}
