// Masks a finished document in depth: every text of it, names and keys too, whichever way it came in.
import { maskText } from "./secrets.ts";

/** Words that we write ourselves, out of a closed list: a secret that happens to be one of them must not blur a verdict. */
const ours = new Set(["schema", "op", "verdict", "kind", "code", "level", "currency"]);

/** The same document without any secret that is known or looks like one. Texts that were masked before stay as they are. */
export function maskDocument<T>(document: T): T {
  return masked("", document) as T;
}

function masked(key: string, value: unknown): unknown {
  if (typeof value === "string") return ours.has(key) ? value : maskText(value);
  if (Array.isArray(value)) return value.map((one) => masked("", one));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([inner, one]) => [maskText(inner), masked(inner, one)]),
  );
}
