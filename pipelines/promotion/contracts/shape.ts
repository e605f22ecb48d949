// The shape of answers as a JSON Schema: types and the keys that are always there; no value and no format. Pure.
import type { Schema } from "./schema.ts";

type Json = Record<string, unknown>;

/** One schema that all these values fit: what every object has is required, what only some have is optional. */
export function shapeOf(values: readonly unknown[]): Schema {
  const types = [...new Set(values.map(typeOf))].toSorted();
  const kinds = types.includes("number") ? types.filter((type) => type !== "integer") : types;
  if (kinds.length === 0) return {};
  const shape: Json = { type: kinds.length === 1 ? kinds[0] : kinds };
  const objects = values.filter(isObject);
  if (objects.length > 0) Object.assign(shape, propertiesOf(objects));
  const items = values.filter(Array.isArray).flat();
  if (items.length > 0) shape["items"] = shapeOf(items);
  return shape;
}

function propertiesOf(objects: readonly Json[]): Json {
  const keys = [...new Set(objects.flatMap((one) => Object.keys(one)))];
  if (keys.length === 0) return {};
  const having = (key: string): Json[] => objects.filter((one) => Object.hasOwn(one, key));
  const required = keys.filter((key) => having(key).length === objects.length);
  return {
    properties: Object.fromEntries(keys.map((key) => [key, shapeOf(having(key).map((one) => one[key]))])),
    ...(required.length > 0 ? { required } : {}),
  };
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
