// What differs between two sets of inputs, property by property: into JSON texts and lists, secrets masked. Pure.
import { equal } from "./equal.ts";
import { pairItems } from "./lists.ts";
import { isSecret, MASK, maskText, maskValue } from "../masking/secrets.ts";
import { changedLines, readable } from "./text.ts";

export interface PropertyChange {
  /** Such as `policy.Statement[Read].Action` or `tags.owner`. */
  path: string;
  kind: "added" | "removed" | "changed";
  /** Masked and shortened; absent for one that is added. */
  before?: unknown;
  after?: unknown;
  /** It forces the replacement. */
  forces: boolean;
}

// Enough to review, too little to fill a disk with one hostile value.
const LONGEST = 4000;

type Inputs = Record<string, unknown>;
type Found = Omit<PropertyChange, "forces">;

/** Every difference between two inputs, those that force a replacement first. */
export function diffInputs(
  before: Inputs | null,
  after: Inputs | null,
  replaceKeys: readonly string[],
): PropertyChange[] {
  const found: Found[] = [];
  diffObjects("", before ?? {}, after ?? {}, found);
  const forces = (path: string): boolean =>
    replaceKeys.some((key) => path === key || (path.startsWith(key) && /^[.[]/.test(path.slice(key.length))));
  return found
    .map((one) => ({ ...one, forces: forces(one.path) }))
    .toSorted((a, b) => Number(b.forces) - Number(a.forces));
}

function diffObjects(path: string, before: Inputs, after: Inputs, found: Found[]): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (key.startsWith("__")) continue;
    const inner = path === "" ? key : `${path}.${key}`;
    diffValues(inner, nameOf(key, before, after), before[key], after[key], found);
  }
}

/** A pair such as { name: "DB_PASSWORD", value } is judged by the name it carries. */
function nameOf(key: string, before: Inputs, after: Inputs): string {
  if (key !== "value") return key;
  const named = [before["name"], after["name"], before["key"], after["key"]];
  return named.find((one) => typeof one === "string") ?? key;
}

function diffValues(path: string, key: string, before: unknown, after: unknown, found: Found[]): void {
  if (before === after || (before ?? undefined) === (after ?? undefined)) return;
  const add = (was: unknown, will: unknown): void => {
    if (before === undefined || before === null) found.push({ path, kind: "added", after: will });
    else if (after === undefined || after === null) found.push({ path, kind: "removed", before: was });
    else found.push({ path, kind: "changed", before: was, after: will });
  };
  // A value that only now becomes secret would show its old self in clear.
  if (isSecret(key, before) || isSecret(key, after)) {
    if (!equal(before, after)) add(MASK, MASK);
    return;
  }
  if (Array.isArray(before) && Array.isArray(after)) return diffLists(path, key, before, after, found);
  if (isObject(before) && isObject(after)) return diffObjects(path, before, after, found);
  if (typeof before === "string" && typeof after === "string") {
    const [was, will] = [jsonOf(before), jsonOf(after)];
    if (was !== undefined && will !== undefined) return diffValues(path, key, was, will, found);
    // Masked whole: the lines that are the same, left out, may be what tells a key.
    const [old, wanted] = [maskText(readable(key, before)), maskText(readable(key, after))];
    if (old === wanted) return add(MASK, MASK);
    const lines = changedLines(old, wanted);
    return add(shorter(lines.before), shorter(lines.after));
  }
  add(shown(key, before), shown(key, after));
}

function diffLists(path: string, key: string, before: unknown[], after: unknown[], found: Found[]): void {
  const { pairs, reordered } = pairItems(before, after);
  if (reordered && pairs.length === 0)
    found.push({ path, kind: "changed", before: maskValue(key, before), after: maskValue(key, after) });
  for (const { at, was, will } of pairs) diffValues(`${path}[${at}]`, key, was, will, found);
}

const isObject = (value: unknown): value is Inputs =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a text holds, where it is a JSON object or list. */
export function jsonOf(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const shorter = (text: string): string =>
  text.length <= LONGEST ? text : `${text.slice(0, LONGEST)} (and ${text.length - LONGEST} more characters)`;

/** One value as it is shown: masked, also inside a JSON text. */
export function shown(key: string, value: unknown): unknown {
  if (typeof value !== "string" || isSecret(key, value)) return maskValue(key, value);
  const json = jsonOf(value);
  return shorter(json === undefined ? maskText(readable(key, value)) : JSON.stringify(maskValue(key, json)));
}
