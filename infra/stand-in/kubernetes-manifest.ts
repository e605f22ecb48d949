// From the engine's inputs to a manifest and back: secrets in the clear for the API server alone, live objects cut down to what was asked for.
import { isDeepStrictEqual } from "node:util";

type Fields = Record<string, unknown>;

// How the engine marks a secret.
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isSecret = (value: unknown): value is Fields => isFields(value) && value[SIGNATURE] === SECRET;

/** The value without the engine's marks of secrets; fields that are null are left out. */
export function plain(value: unknown): unknown {
  if (isSecret(value)) return plain(value["value"]);
  if (Array.isArray(value)) return value.map(plain);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, one]) => one !== null && one !== undefined && !key.startsWith("__"))
      .map(([key, one]) => [key, plain(one)]),
  );
}

/** A live object with what can only be written put beside it: a secret's texts. */
export function readable(live: object): object {
  const { kind, data } = live as { kind?: string; data?: Record<string, string> };
  if (kind !== "Secret" || data === undefined) return live;
  const texts = Object.entries(data).map(([key, one]) => [key, Buffer.from(one, "base64").toString("utf8")]);
  return { ...live, stringData: Object.fromEntries(texts) };
}

/** What the live object says of the fields that were asked for. A secret that did not change stays marked. */
export function prune(live: unknown, asked: unknown): unknown {
  if (isSecret(asked)) {
    const value = prune(live, asked["value"]);
    return isDeepStrictEqual(value, asked["value"]) ? asked : { ...asked, value };
  }
  if (Array.isArray(asked) && Array.isArray(live)) {
    if (asked.length !== live.length) return live;
    return live.map((one, index) => prune(one, asked[index]));
  }
  if (!isFields(asked) || !isFields(live)) return live;
  return Object.fromEntries(
    Object.entries(asked)
      // The server keeps no empty map or list.
      .filter(([key, one]) => key in live || isEmpty(one))
      .map(([key, one]) => [key, key in live ? prune(live[key], one) : one]),
  );
}

const isEmpty = (value: unknown): boolean =>
  value === null ||
  (Array.isArray(value) ? value.length === 0 : isFields(value) && Object.keys(value).length === 0);
