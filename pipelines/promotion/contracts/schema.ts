// Holds a value against a JSON Schema and says, place by place, where it does not fit. Pure.
import { createContext, Script } from "node:vm";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import { clean, listed } from "../../preview/words.ts";
import { keyOf, shown, under } from "./difference.ts";
import type { Difference } from "./difference.ts";

export type Schema = boolean | Record<string, unknown>;
export type Misfit = Pick<Difference, "pointer" | "expected" | "found">;

const most = 20;
// A pattern can take for ever on the wrong text, and nothing else of this process would run meanwhile, its lease neither.
const mostMilliseconds = 2000;
const call = new Script("fits(value)");
const made = new WeakMap<object, ReturnType<typeof compiled>>();

/** The schema compiled, or what is wrong with it. Strict: a key that no JSON Schema knows is a mistake, not a remark. */
export function compiled(
  schema: Schema,
): { ok: true; fits: ValidateFunction } | { ok: false; message: string } {
  // One each: two samples may use the same $id.
  const strict = { strict: true, strictRequired: false, allowUnionTypes: true };
  const ajv = new Ajv2020({ ...strict, allErrors: true, verbose: true });
  try {
    // As JSON: an object without a prototype is none for the compiler.
    return { ok: true, fits: ajv.compile(JSON.parse(JSON.stringify(schema)) as Schema) };
  } catch (error) {
    return { ok: false, message: clean((error as Error).message, 300) };
  }
}

/** Where the value does not fit; pointers start at `at`. At most 20, then one that counts the others. */
export function misfits(schema: Schema, value: unknown, at: string): Misfit[] {
  const check = compiledOnce(schema);
  if (!check.ok) return [{ pointer: at, expected: "a JSON Schema to hold it against", found: check.message }];
  const fits = inTime(check.fits, value);
  if (fits === undefined)
    return [{ pointer: at, expected: `to be judged within ${mostMilliseconds} ms`, found: shown("", value) }];
  if (fits) return [];
  const errors = (check.fits.errors ?? []).filter(({ keyword }) => keyword !== "if");
  const all = errors.map((error) => misfit(error, at));
  const rest = { pointer: at, expected: "no more", found: `${all.length - most} further differences` };
  return all.length > most ? [...all.slice(0, most), rest] : all;
}

function compiledOnce(schema: Schema): ReturnType<typeof compiled> {
  if (typeof schema === "boolean") return compiled(schema);
  const check = made.get(schema) ?? compiled(schema);
  made.set(schema, check);
  return check;
}

/** Undefined where it was not done in time. */
function inTime(fits: ValidateFunction, value: unknown): boolean | undefined {
  try {
    return Boolean(call.runInContext(createContext({ fits, value }), { timeout: mostMilliseconds }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return undefined;
    throw error;
  }
}

function misfit({ instancePath, keyword, params, message, data }: ErrorObject, at: string): Misfit {
  const pointer = `${at}${instancePath}`;
  const found = shown(keyOf(pointer), data);
  switch (keyword) {
    case "required":
      return {
        pointer: under(pointer, params["missingProperty"]),
        expected: "to be there",
        found: "nothing",
      };
    case "type":
      return { pointer, expected: [params["type"]].flat().join(" or "), found };
    case "additionalProperties":
    case "unevaluatedProperties": {
      const key = String(params["additionalProperty"] ?? params["unevaluatedProperty"]);
      const extra = (data as Record<string, unknown>)[key];
      return { pointer: under(pointer, key), expected: "nothing", found: shown(key, extra) };
    }
    case "const":
      return { pointer, expected: clean(JSON.stringify(params["allowedValue"]), 60), found };
    case "enum":
      return {
        pointer,
        expected: `one of ${listed((params["allowedValues"] as unknown[]).map(String))}`,
        found,
      };
    default:
      return { pointer, expected: clean(message ?? keyword, 200), found };
  }
}
