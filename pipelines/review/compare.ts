// How two plans differ, in sentences: what was approved against what would be done now. Pure.
import { equal } from "../preview/equal.ts";
import { maskText } from "../masking/secrets.ts";
import { clean } from "../preview/words.ts";
import type { ChangePlan, ReviewedRelease, ReviewedResource } from "./change.ts";

const MOST_LINES = 60;

/** A line for each difference, what a person can judge first; none: the plans are the same. */
export function differences(approved: ChangePlan, now: ChangePlan): string[] {
  const told = [
    ...simple(whole, approved, now),
    ...resources(approved.resources, now.resources),
    ...paired(approved.releases, now.releases, ({ service }) => `release of ${service}`, releaseText),
    ...paired(
      approved.pins,
      now.pins,
      ({ service }) => `pin of ${service}`,
      ({ id, content, known }) => `${id} (${short(content)}${known ? "" : ", written by no rollout"})`,
    ),
  ];
  const bound = [
    ...simple(hashes, approved, now),
    ...paired(
      approved.ranges,
      now.ranges,
      ({ part }) => `commits of ${part}`,
      ({ base, head }) => `${short(base ?? "the beginning")}..${short(head ?? "unknown")}`,
    ),
  ];
  // Many resources do not hide that the commit is another one.
  const lines = [...told.slice(0, Math.max(MOST_LINES - bound.length, 0)), ...bound].slice(0, MOST_LINES);
  const more = told.length + bound.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more differences`] : lines;
}

type Field = [string, (plan: ChangePlan) => string];

const whole: Field[] = [
  ["environment", ({ environment }) => environment],
  ["the infra plane", ({ infra }) => (infra ? "part of it" : "not part of it")],
];

const hashes: Field[] = [
  ["commit", ({ commit }) => short(commit)],
  ["state of the engine", ({ state }) => short(state)],
  ["description", ({ description }) => short(description)],
  ["version of Surefoot", ({ versions }) => versions.surefoot],
  ["version of the engine", ({ versions }) => versions.engine],
  ["package-lock.json", ({ versions }) => short(versions.lockfile)],
  ["rules (infra/policies)", ({ versions }) => short(versions.policies)],
];

function simple(fields: readonly Field[], approved: ChangePlan, now: ChangePlan): string[] {
  return fields.flatMap(([what, textOf]) => line(what, textOf(approved), textOf(now)));
}

/** Both sides of what has a name, matched by it. */
function paired<T>(
  approved: readonly T[],
  now: readonly T[],
  nameOf: (one: T) => string,
  textOf: (one: T) => string,
): string[] {
  const [was, is] = [approved, now].map((list) => new Map(list.map((one) => [nameOf(one), textOf(one)])));
  const names = new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])]);
  return [...names].flatMap((name) => line(name, was?.get(name) ?? "none", is?.get(name) ?? "none"));
}

const releaseText = ({ from, to, digest, content }: ReviewedRelease): string =>
  `${from ?? "none"} -> ${to} (${short(digest)}, with config and start ${short(content)})`;

function resources(approved: readonly ReviewedResource[], now: readonly ReviewedResource[]): string[] {
  const [was, is] = [approved, now].map((list) => new Map(list.map((one) => [one.urn, one])));
  const urns = new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])]);
  return [...urns].flatMap((urn) => resource(was?.get(urn), is?.get(urn)));
}

function resource(was: ReviewedResource | undefined, is: ReviewedResource | undefined): string[] {
  const { name = "", type = "" } = was ?? is ?? {};
  const title = `${name} (${type})`;
  if (was === undefined || is === undefined)
    return line(title, was?.op ?? "unchanged", is?.op ?? "unchanged");
  const { properties: before, inputs: hadInputs, ...rest } = was;
  const { properties: after, inputs, ...others } = is;
  const lines = [
    ...line(title, was.op, is.op),
    ...paired(
      before,
      after,
      ({ path }) => `${title} ${path}`,
      ({ before: old, after: wanted }) => `${textOf(old)} -> ${textOf(wanted)}`,
    ),
  ];
  if (lines.length > 0 || (hadInputs === inputs && equal(rest, others))) return lines;
  const what = equal(rest, others) ? "inputs that are too long to show" : "protection or what forces its end";
  return [`${clean(title, 200)}: differs in ${what}`];
}

function line(what: string, approved: string, now: string): string[] {
  if (approved === now) return [];
  return [`${clean(maskText(what), 200)}: approved ${cut(approved)}; now ${cut(now)}`];
}

const cut = (text: string): string => clean(maskText(text), 200);
const textOf = (value: unknown): string => JSON.stringify(value) ?? "nothing";

/** Enough of a hash to tell two apart. */
export const short = (hash: string): string =>
  /^(sha256:)?[0-9a-f]{40,64}$/.test(hash) ? hash.replace("sha256:", "").slice(0, 12) : hash;
