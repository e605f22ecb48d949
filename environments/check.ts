// Checks merged values against the schema and the rules, and gathers everything that is wrong in one go.
import type { z } from "zod";
import type { Finding, Path } from "./complaint.ts";
import { carriesUnit, knownKeys, purposeOf } from "./json-schema.ts";
import { platformRules, unreadKeys } from "./platform-rules.ts";
import { environmentRules, serviceRules, serviceWarnings } from "./rules.ts";
import { serviceSchema } from "./service-shape.ts";
import { descriptionSchema, MAY_BE_NONE, NONE } from "./shape.ts";
import type { Description, Service } from "./shape.ts";
import { hint, nearest } from "./suggest.ts";

type Issue = z.core.$ZodIssue;
type Plain = Record<string, unknown>;

export type Checked =
  | { ok: true; description: Description; warnings: Finding[] }
  | { ok: false; findings: Finding[] };

/**
 * Checks the plain value of a description called `name`. `isGiven` tells a missing key from a wrong value; `isOwn` a
 * key of the description itself from one that it inherits.
 */
export function check(
  name: string,
  merged: unknown,
  isGiven: (path: Path) => boolean,
  isOwn: (path: Path) => boolean = isGiven,
): Checked {
  const value = withoutNone(merged);
  const parsed = descriptionSchema.safeParse(value, { reportInput: true });
  const services = parsed.success ? named(parsed.data.services) : usableServices(value);
  const findings = parsed.success
    ? []
    : flatten(parsed.error.issues).flatMap((issue) => explain(issue, isGiven));
  const around = parsed.success
    ? [...environmentRules(parsed.data), ...platformRules(parsed.data, isGiven)]
    : [];
  const broken = [...serviceRules(services), ...around];
  // What follows from a mistake that is already reported would only distract.
  findings.push(...broken.filter(({ path }) => !findings.some((known) => startsWith(path, known.path))));
  if (findings.length > 0 || !parsed.success) return { ok: false, findings };
  const byName = Object.fromEntries(services.map((service) => [service.name, service]));
  return {
    ok: true,
    description: { ...parsed.data, name, services: byName },
    warnings: [...serviceWarnings(parsed.data.platform, services), ...unreadKeys(parsed.data, isOwn)],
  };
}

function named(services: Record<string, Omit<Service, "name">>): Service[] {
  return Object.entries(services).map(([name, service]) => Object.assign(service, { name }));
}

/** The services the rules can still be asked about: wrong values are taken out, the defaults stand in for them. */
function usableServices(value: unknown): Service[] {
  const services = isPlain(value) && isPlain(value["services"]) ? value["services"] : {};
  return Object.entries(services).flatMap(([name, given]) => {
    const first = serviceSchema.safeParse(given);
    if (first.success) return [{ name, ...first.data }];
    const copy: unknown = structuredClone(given);
    for (const issue of flatten(first.error.issues)) takeOut(copy, issue);
    const second = serviceSchema.safeParse(copy);
    return second.success ? [{ name, ...second.data }] : [];
  });
}

function takeOut(value: unknown, issue: Issue): void {
  const index = issue.path.findIndex((step) => typeof step === "number");
  const path = index < 0 ? issue.path : issue.path.slice(0, index);
  const keys = issue.code === "unrecognized_keys" && index < 0 ? issue.keys : [path.at(-1)];
  const parents = issue.code === "unrecognized_keys" && index < 0 ? path : path.slice(0, -1);
  let owner = value;
  for (const step of parents) owner = isPlain(owner) ? owner[String(step)] : undefined;
  if (isPlain(owner)) for (const key of keys) delete owner[String(key)];
}

/** Issues of a union become those of the branch that fits best, unless the union speaks for itself. */
function flatten(issues: readonly Issue[]): Issue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== "invalid_union" || issue.message !== "Invalid input") return [issue];
    const [best] = issue.errors.toSorted((a, b) => misfit(a) - misfit(b));
    return flatten(best ?? []).map((inner) => Object.assign(inner, { path: [...issue.path, ...inner.path] }));
  });
}

function misfit(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 1), 0);
}

function explain(issue: Issue, isGiven: (path: Path) => boolean): Finding[] {
  const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(path);
    return issue.keys.map((key) => ({
      path: [...path, key],
      rule: "unknown-key",
      atKey: true,
      message: `unknown key.${hint(key, known, "Known here")}`,
    }));
  }
  if (!isGiven(path)) {
    const purpose = purposeOf(path);
    return [{ path, rule: "missing-key", message: `missing${purpose ? ` (${purpose})` : ""}` }];
  }
  if (issue.code === "invalid_key") {
    return [
      { path, rule: "wrong-name", atKey: true, message: issue.issues[0]?.message ?? "is not a good name" },
    ];
  }
  const unit = carriesUnit(path) && issue.code !== "custom";
  return [{ path, rule: unit ? "wrong-unit" : "wrong-value", message: messageOf(issue) }];
}

function messageOf(issue: Issue): string {
  if (issue.code !== "invalid_value") return issue.message.replace(/^Invalid input: /, "");
  const values = issue.values.map(String);
  const meant = typeof issue.input === "string" ? nearest(issue.input, values) : undefined;
  return `must be one of ${values.join(", ")}.${meant ? ` Did you mean "${meant}"?` : ""}`;
}

function startsWith(path: Path, prefix: Path): boolean {
  return prefix.length > 0 && prefix.every((step, index) => path[index] === step);
}

/** Without the keys that say they want nothing. */
function withoutNone(value: unknown): unknown {
  if (!isPlain(value)) return value;
  const unwanted = new Set<string>(MAY_BE_NONE);
  return Object.fromEntries(
    Object.entries(value).filter(([key, inner]) => !(inner === NONE && unwanted.has(key))),
  );
}

function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
