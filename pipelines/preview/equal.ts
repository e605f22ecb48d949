// Whether two plain values are the same, and a text that is equal for equal values. Pure: no import of the runtime.
import { canonical } from "../canonical.ts";

/** Deep equality of plain data; the order of keys does not matter, that of lists does. */
export function equal(a: unknown, b: unknown): boolean {
  return a === b || textOf(a) === textOf(b);
}

/** One text for all ways to write the same plain data; what is not there has its own. */
export const textOf = (value: unknown): string => (value === undefined ? "undefined" : canonical(value));
