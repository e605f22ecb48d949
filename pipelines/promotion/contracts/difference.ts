// What an answer is and should have been: a sample, a place in its answer, both sides in words that give no value away. Pure.
import { isSecret, maskText, MASK } from "../../masking/secrets.ts";
import { clean, listed } from "../../preview/words.ts";

export interface Difference {
  sample: string;
  /** Who answered: `the edge of staging`, `app-01`. */
  where: string;
  /** JSON Pointer into the answer: `/status`, `/contentType`, `/body/images/0`, `/messages/1/type`; empty: there was no answer. */
  pointer: string;
  expected: string;
  /** Shortened, and masked where it looks secret. */
  found: string;
}

/** One line for people. */
export function differenceText({ sample, where, pointer, expected, found }: Difference): string {
  return `${clean(where, 60)}: sample ${sample}: ${clean(pointer || "/", 120)}: expected ${expected}, found ${found}`;
}

/** A value from an answer as it may be shown; `key` is the name that it stands under. */
export function shown(key: string, value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null || typeof value === "boolean") return String(value);
  if (isSecret(key, value)) return `${typeof value} ${MASK}`;
  if (typeof value === "number") return `${Number.isInteger(value) ? "integer" : "number"} ${value}`;
  if (Array.isArray(value)) return `array of ${value.length}`;
  if (typeof value === "object") {
    const keys = Object.keys(value);
    return keys.length === 0 ? "object without keys" : `object with ${listed(keys, 8)}`;
  }
  return `string ${JSON.stringify(clean(maskText(String(value)), 24))}`;
}

/** The last step of a pointer, unescaped. */
export function keyOf(pointer: string): string {
  return (pointer.split("/").at(-1) ?? "").replaceAll("~1", "/").replaceAll("~0", "~");
}

/** A pointer one step further down. */
export function under(pointer: string, key: string): string {
  return `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
