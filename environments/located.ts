// A tree of values that remember where they stand: merged across files, still pointing at the right line.
import type { Path, Spot } from "./complaint.ts";

export type Scalar = string | number | boolean | null;

export interface Located {
  /** Where the key stands; for list items the item, for a whole file its first character. */
  key: Spot;
  /** Where the value stands. */
  spot: Spot;
  value: Scalar | Located[] | Map<string, Located>;
}

/** Lays `top` over `below`: maps are merged key by key, everything else is replaced. */
export function merge(below: Located, top: Located): Located {
  if (!(below.value instanceof Map) || !(top.value instanceof Map)) return top;
  const value = new Map(below.value);
  for (const [key, over] of top.value) {
    const inherited = value.get(key);
    value.set(key, inherited ? merge(inherited, over) : over);
  }
  return { ...top, value };
}

/** The plain value. Maps have no prototype, so that no key can mean anything special. */
export function plain({ value }: Located): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof Map)) return value;
  const object: Record<string, unknown> = Object.create(null);
  for (const [key, inner] of value) object[key] = plain(inner);
  return object;
}

/** The value at a path, or undefined. */
export function at(tree: Located, path: Path): Located | undefined {
  let node: Located | undefined = tree;
  for (const step of path) node = node && child(node, step);
  return node;
}

/** Where to point for a path: at the value; for a missing or empty value or a map at the nearest key. */
export function spotOf(tree: Located, path: Path, atKey = false): Spot {
  let node = tree;
  for (const step of path) {
    const next = child(node, step);
    if (next === undefined) return node.key;
    node = next;
  }
  return atKey || node.value === null || node.value instanceof Map ? node.key : node.spot;
}

function child({ value }: Located, step: string | number): Located | undefined {
  if (value instanceof Map) return value.get(String(step));
  return Array.isArray(value) && typeof step === "number" ? value[step] : undefined;
}
