// "Did you mean": the nearest known word, if one is near enough to be what was meant.
import { closest, distance } from "fastest-levenshtein";

const LONGEST = 60;

/** The known word nearest to the given one; undefined where a third of it or more would have to change. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || word.length > LONGEST) return undefined;
  const candidate = closest(word.toLowerCase(), known);
  const limit = Math.max(2, Math.floor(word.length / 3));
  // A word of two letters is two changes away from any other one.
  return distance(word.toLowerCase(), candidate) <= Math.min(limit, word.length - 1) ? candidate : undefined;
}

/** ` Did you mean "prod"?`, else ` <label>: dev, prod.`; empty where nothing is known. */
export function hint(word: string, known: readonly string[], label: string): string {
  const candidate = nearest(word, known);
  if (candidate !== undefined) return ` Did you mean "${candidate}"?`;
  return known.length === 0 ? "" : ` ${label}: ${[...known].toSorted().join(", ")}.`;
}
