// Keeps secrets out of what is shown: registered ones, those the engine masked, those under a telling name, those that look like one.
import { maskAssignments } from "./assignments.ts";
import { maskEncoded } from "./encoded.ts";
import { MASK, maskRegistered } from "./registered.ts";
import { tellingOf } from "./secret-names.ts";
import { shapes } from "./secret-shapes.ts";

export { MASK } from "./registered.ts";

// The engine writes secrets, files and archives as objects under this key; the second is the mark of a secret.
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** A text with whatever is registered as a secret, or looks like one, masked. */
export function maskText(text: string): string {
  return maskEncoded(maskPlain(maskRegistered(text)), maskPlain);
}

// Most texts come by again and again: short ones in which nothing was found are not searched twice. No secret is among them.
const clean = new Set<string>();
const [MOST_KEPT, LONGEST_KEPT] = [20_000, 200];

function maskPlain(text: string): string {
  if (clean.has(text)) return text;
  let masked = text;
  for (const [, pattern, instead] of shapes) masked = masked.replace(pattern, instead);
  masked = maskAssignments(masked);
  if (masked !== text || text.length > LONGEST_KEPT) return masked;
  if (clean.size === MOST_KEPT) clean.clear();
  clean.add(text);
  return text;
}

/** True where the value may be shown under no circumstances. */
export function isSecret(key: string, value: unknown): boolean {
  if (value === MASK) return true;
  if (typeof value === "object" && value !== null)
    return (value as Record<string, unknown>)[SIGNATURE] === SECRET;
  return (
    (typeof value === "string" || typeof value === "number") && value !== "" && tellingOf(key) === "always"
  );
}

/** What is left of names and of values that are not secret themselves. */
interface Shown {
  name: (name: string) => string;
  leaf: (value: unknown) => unknown;
}

/** The value with every secret in it masked; keys of the engine's own are left out. */
export const maskValue = (key: string, value: unknown): unknown =>
  maskTree(key, value, { name: maskText, leaf: maskLeaf });

/** The same, but only what the engine masked or a telling name covers: no text is searched, and none depends on this machine. */
export const maskNamed = (key: string, value: unknown): unknown =>
  maskTree(key, value, { name: (name) => name, leaf: (leaf) => leaf });

function maskLeaf(value: unknown): unknown {
  if (typeof value === "string") return maskText(value);
  return typeof value === "number" && maskRegistered(String(value)) === MASK ? MASK : value;
}

function maskTree(key: string, value: unknown, shown: Shown): unknown {
  if (isSecret(key, value)) return MASK;
  if (Array.isArray(value)) return value.map((one) => maskTree(key, one, shown));
  if (typeof value !== "object" || value === null) return shown.leaf(value);
  const { key: label, name } = value as Record<string, unknown>;
  const telling = [label, name].find((one) => typeof one === "string");
  return Object.fromEntries(
    Object.entries(value)
      .filter(([inner]) => !inner.startsWith("__"))
      // A pair such as { name: "DB_PASSWORD", value: "..." } says under one key what the other holds.
      .map(([inner, one]) => [
        shown.name(inner),
        maskTree(inner === "value" ? String(telling ?? inner) : inner, one, shown),
      ]),
  );
}
