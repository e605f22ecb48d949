// Finds values in a plan that stand in the clear and should not: under a telling name, or where the other side is a secret. Pure.
import { unknownValue } from "../../infra/planned.ts";
import type { PlannedResource } from "../../infra/planned.ts";
import { jsonOf } from "../preview/properties.ts";
import { isSecret, MASK } from "./secrets.ts";

/** Each such text; what only sounds like a secret, such as the name of a file, is left out. */
export function plainSecrets(resources: readonly Pick<PlannedResource, "old" | "new">[]): string[] {
  const found = new Set<string>();
  for (const { old, new: wanted } of resources) compare("", old, wanted, found);
  return [...found];
}

function compare(key: string, before: unknown, after: unknown, found: Set<string>): void {
  // What becomes secret, or no longer is one, may stand in the clear elsewhere.
  if (isSecret(key, before) || isSecret(key, after)) {
    for (const value of [before, after]) if (typeof value === "string" && isDense(value)) found.add(value);
    return;
  }
  const [was, will] = [before, after].map(insideOf) as [Inside, Inside];
  for (const inner of new Set([...Object.keys(was), ...Object.keys(will)]))
    if (!inner.startsWith("__")) compare(nameOf(inner, key, [before, after]), was[inner], will[inner], found);
}

type Inside = Record<string, unknown>;

/** What a value holds, where it is an object, a list, or either of them as a JSON text. */
function insideOf(value: unknown): Inside {
  const held = typeof value === "string" ? jsonOf(value) : value;
  return typeof held === "object" && held !== null ? (held as Inside) : {};
}

/** Items of a list are called as the list; of a pair such as { name: "DB_PASSWORD", value } the name tells. */
function nameOf(inner: string, outer: string, sides: readonly unknown[]): string {
  if (sides.some(Array.isArray)) return outer;
  if (inner !== "value") return inner;
  const names = sides.map(insideOf).flatMap(({ name, key }) => [name, key]);
  return names.find((one) => typeof one === "string") ?? inner;
}

/** True for what is no word, path, address or name of a place: several kinds of characters, and enough different ones. */
function isDense(text: string): boolean {
  if (text.length < 8 || text.includes(unknownValue) || text === MASK) return false;
  if (/^(arn:|https?:\/\/[^@]*$|[./])/.test(text) || /^[A-Za-z]+([-_./ ][A-Za-z]+)*$/.test(text))
    return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^\w\s]/].filter((kind) => kind.test(text)).length;
  return kinds >= 2 && new Set(text).size >= 6;
}
