// Pairs the items of two lists, so that one that was put in front does not make all others look changed. Pure.
import { textOf } from "./equal.ts";

/** What an item may be called by, best first. */
const keys = ["key", "name", "Name", "Sid", "sid", "id", "Id", "deviceName", "ruleName"];

export interface Pair {
  /** The item's own name, or its place. */
  at: string;
  was: unknown;
  will: unknown;
}

/** Items that differ; equal ones are left out wherever they stand. */
export function pairItems(
  before: readonly unknown[],
  after: readonly unknown[],
): { pairs: Pair[]; reordered: boolean } {
  const key = keys.find((one) => names(before, one) && names(after, one));
  if (key !== undefined) return byKey(key, before as Named[], after as Named[]);
  const rest = withoutEqual(before, after);
  const length = Math.max(rest.before.length, rest.after.length);
  const pairs = Array.from({ length }, (_, index) => {
    const [was, will] = [rest.before[index], rest.after[index]];
    return { at: String((will ?? was)?.index ?? index), was: was?.item, will: will?.item };
  });
  return { pairs, reordered: rest.moved };
}

type Named = Record<string, unknown>;

/** True where every item has its own text under the key. */
function names(list: readonly unknown[], key: string): boolean {
  const found = list.map((one) =>
    typeof one === "object" && one !== null ? (one as Named)[key] : undefined,
  );
  return found.every((one) => typeof one === "string") && new Set(found).size === list.length;
}

function byKey(key: string, before: readonly Named[], after: readonly Named[]) {
  const [old, wanted] = [before, after].map((list) => new Map(list.map((one) => [String(one[key]), one])));
  const all = [...new Set([...(old ?? new Map()).keys(), ...(wanted ?? new Map()).keys()])];
  const pairs = all
    .map((at) => ({ at, was: old?.get(at), will: wanted?.get(at) }))
    .filter(({ was, will }) => textOf(was) !== textOf(will));
  const order = (list: readonly Named[]): string => textOf(list.map((one) => one[key]));
  return { pairs, reordered: order(before) !== order(after) };
}

interface Placed {
  index: number;
  item: unknown;
}

function withoutEqual(before: readonly unknown[], after: readonly unknown[]) {
  const waiting = new Map<string, Placed[]>();
  for (const [index, item] of after.entries()) {
    const text = textOf(item);
    const same = waiting.get(text);
    if (same === undefined) waiting.set(text, [{ index, item }]);
    else same.push({ index, item });
  }
  let moved = false;
  const left: Placed[] = [];
  for (const [index, item] of before.entries()) {
    const twin = waiting.get(textOf(item))?.shift();
    if (twin === undefined) left.push({ index, item });
    else if (twin.index !== index) moved = true;
  }
  const added = [...waiting.values()].flat().toSorted((a, b) => a.index - b.index);
  return { before: left, after: added, moved };
}
