// Holds the config of one service in two environments against each other: what the one gives and the other does not. Pure.
import { configRules } from "./config-rules.ts";
import type { Description, Service } from "./shape.ts";

type Accept = NonNullable<Description["promotion"]>["accept"][number];

export interface ParitySides {
  service: string;
  /** Keys that the service must be given, and what each holds. */
  needs: Service["needs"];
  /** What it is given where it comes from. */
  there: Record<string, string>;
  /** What it would be given here. */
  here: Record<string, string>;
  accept: readonly Accept[];
}

export interface ParityStop {
  key: string;
  /** `config-only-upstream`, or the rule of config that is broken. */
  rule: string;
  message: string;
}

export interface Parity {
  /** A release must not go on while there is one. */
  stops: ParityStop[];
  /** There and not here, and somebody said that this is right. */
  accepted: Accept[];
  onlyHere: { key: string; here: string }[];
  differing: { key: string; there: string; here: string }[];
  /** Entries of the accept list that accept nothing any more. */
  stale: Accept[];
}

/** Compares; keys in alphabetical order. Values are as given: mask them before they are shown. */
export function configParity({ service, needs, there, here, accept }: ParitySides): Parity {
  const broken = configRules({ needs, config: here }).map(({ path, rule, message }) => ({
    key: String(path.at(-1)),
    rule,
    message,
  }));
  const told = new Set(broken.map(({ key }) => key));
  const missing = keysOf(there).filter((key) => !Object.hasOwn(here, key));
  const own = accept.filter((entry) => entry.service === service);
  const isAccepted = (key: string): boolean => own.some((entry) => entry.key === key);
  const stops = missing
    .filter((key) => !told.has(key) && !isAccepted(key))
    .map((key) => ({ key, rule: "config-only-upstream", message: "is given there and not here" }));
  return {
    stops: [...broken, ...stops].toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    accepted: own.filter(({ key }) => missing.includes(key)),
    onlyHere: keysOf(here)
      .filter((key) => !Object.hasOwn(there, key))
      .map((key) => ({ key, here: here[key] ?? "" })),
    differing: keysOf(here)
      .filter((key) => Object.hasOwn(there, key) && there[key] !== here[key])
      .map((key) => ({ key, there: there[key] ?? "", here: here[key] ?? "" })),
    stale: own.filter(({ key }) => !missing.includes(key)),
  };
}

const keysOf = (config: Record<string, string>): string[] => Object.keys(config).toSorted();
