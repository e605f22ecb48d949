// What is told of one environment in Markdown, as sections in the order of their importance; and the line that it folds under. Pure.
import type { EnvironmentPreview, FailedPreview, PinChange } from "./document.ts";
import { costText } from "./cost-report.ts";
import { changeItem, changeLine } from "./markdown-change.ts";
import type { Depth } from "./markdown-change.ts";
import type { Item, Section } from "./markdown-budget.ts";
import { code, fenced, htmlCode, masked } from "./markdown-safe.ts";
import type { Change } from "./plan.ts";
import { shortType } from "./words.ts";

const NAMES_A_LINE = 20;
const offlineWord = (offline: boolean): string => (offline ? " (offline)" : "");

/** The line that an environment folds under. */
export const summaryLine = ({ environment, offline }: EnvironmentPreview): string =>
  `<summary>${htmlCode(environment)}${offlineWord(offline)}: releases, updates, cost and new resources</summary>`;

/** The sections that fold away, in the order of their importance, empty ones too; `all`: new resources with their properties. */
export function environmentSections(preview: EnvironmentPreview, depth: Depth, all: boolean): Section[] {
  const { changes, pins, drift, cost, unpriced } = preview;
  const of = (...ops: Change["op"][]): Change[] => changes.filter(({ op }) => ops.includes(op));
  const detailed = (some: readonly Change[]): Item[] => some.map((one) => safe(changeItem(one, depth)));
  const created = of("create");
  const money = [...(cost === null ? [] : costText(cost)), ...(unpriced === null ? [] : [unpriced])];
  return [
    { what: "pins", title: "**Releases**", items: pins.map(pinItem) },
    { what: "updates", title: "**Updates**", items: detailed(of("update", "refresh")) },
    {
      what: "cost",
      title: "**Cost**",
      items: money.length > 0 ? [safe({ text: fenced(money, "text") })] : [],
    },
    {
      what: "drift",
      title: "**Drift: changed outside**",
      items: (drift ?? []).map((one) => driftItem(one, depth)),
    },
    {
      what: "replacements in detail",
      title: "**Replaced, property by property**",
      items: detailed(of("replace").filter(({ properties }) => properties.length > 0)),
    },
    { what: "creates", title: "**New**", items: all ? detailed(created) : createdItems(created) },
  ];
}

/** What differs from the state without our doing: put back by the next update. */
function driftItem(change: Change, depth: Depth): Item {
  if (change.op !== "delete") return safe(changeItem({ ...change, op: "refresh" }, depth));
  return safe({ text: `gone: ${code(change.name)} (${code(shortType(change.type))})` });
}

function pinItem({ service, from, to }: PinChange): Item {
  const word = (id: string | null): string => (id === null ? "none" : code(id));
  return safe({ text: `- ${code(service)}: ${word(from)} -> ${word(to)}` });
}

/** Names by type, so many a line. */
function createdItems(created: readonly Change[]): Item[] {
  return [...Map.groupBy(created, ({ type }) => type)].flatMap(([type, some]) =>
    Array.from({ length: Math.ceil(some.length / NAMES_A_LINE) }, (_, line) => {
      const part = some.slice(line * NAMES_A_LINE, (line + 1) * NAMES_A_LINE);
      const names = part.map(({ name }) => code(name, 80)).join(", ");
      return safe({ text: `- ${code(shortType(type))}: ${names}`, count: part.length });
    }),
  );
}

/** Broken rules, then advice, then what cannot be judged yet (a line a rule). */
export function ruleSections(environments: readonly EnvironmentPreview[]): Section[] {
  const all = environments.flatMap(({ environment, violations }) =>
    violations.map((one) => ({ ...one, environment })),
  );
  const item = (
    word: string,
    { environment, code: rule, resource, property, what, mend }: (typeof all)[0],
  ): Item =>
    safe({
      text: `- ${code(environment)} ${word} ${code(rule)}: ${code(resource)}${property === "" ? "" : ` ${code(property)}`}: ${code(what, 300)}. Mend: ${code(mend, 300)}`,
      brief: `- ${code(environment)} ${word} ${code(rule)}: ${code(resource)}`,
    });
  const unknown = Map.groupBy(
    all.filter((one) => one.unknown),
    ({ environment, code: rule }) => `${code(environment)} cannot be judged before the update: ${code(rule)}`,
  );
  const judged = all.filter((one) => !one.unknown);
  const refused = judged.filter(({ level }) => level === "mandatory");
  const advice = judged.filter(({ level }) => level === "advisory");
  return [
    {
      what: "refusals",
      title: "#### Refused by rules",
      items: refused.map((one) => item("**REFUSED**", one)),
    },
    { what: "warnings", title: "#### Advice", items: advice.map((one) => item("advice", one)) },
    {
      what: "open rules",
      title: "#### Not known yet",
      items: [...unknown].map(([head, some]) =>
        safe({
          text: `- ${head}: ${some.length} ${some.length === 1 ? "place" : "places"}`,
          count: some.length,
        }),
      ),
    },
  ];
}

/** A preview that failed, in its own words. */
export function failedItem({ environment, offline, error }: FailedPreview): Item {
  const { code: name, what, state, next, details = [] } = error;
  const head = `- ${code(environment)}${offlineWord(offline)} **FAILED** ${code(name)}: ${code(what, 500)}`;
  const told = [head, `  - Now: ${code(state, 500)}`, `  - Next: ${code(next, 500)}`];
  const lines = details.slice(0, 20).map((line) => `  - ${code(line, 300)}`);
  return safe({ text: [...told, ...lines].join("\n"), brief: head });
}

/** A resource as a line of a list, for texts such as the issue of a drift. */
export const changeListed = (change: Change): string => masked(`- ${changeLine(change)}`);

const safe = (item: Item): Item => ({
  ...item,
  text: masked(item.text),
  ...(item.brief === undefined ? {} : { brief: masked(item.brief) }),
});
