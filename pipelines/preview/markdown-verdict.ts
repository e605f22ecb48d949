// The first lines of a preview in Markdown, and its last one: the verdict over all environments, what was compared, what is left out. Pure.
import { isFailed } from "./document.ts";
import type { ChangePreview, EnvironmentPreview, One } from "./document.ts";
import type { Section } from "./markdown-budget.ts";
import { code, link, masked } from "./markdown-safe.ts";
import { countsText } from "./op-words.ts";

export const isSeen = (one: One): one is EnvironmentPreview => !isFailed(one);

/** The verdict in one line, made of our own words and of numbers only; then what was compared, and whether the cloud was asked. */
export function headOf({ head, base, environments }: ChangePreview): string[] {
  const commit = head.commit === null ? "no commit" : code(head.commit.slice(0, 12));
  const dirty = head.dirty ? " with changes that are not committed" : "";
  const compared = base === null ? "" : `, against ${code(base.ref)} (${code(base.commit.slice(0, 12))})`;
  const offline = environments.some((one) => one.offline);
  return [
    `### ${verdictLine(environments)}`,
    masked(`Commit ${commit}${dirty}${compared}.`),
    ...(offline
      ? [
          "_offline_: a folder played the cloud and no account was asked; what really exists there was not looked at.",
        ]
      : []),
  ];
}

function verdictLine(environments: ChangePreview["environments"]): string {
  const count = (verdict: string): number => environments.filter((one) => one.verdict === verdict).length;
  const of = `of ${environments.length} ${environments.length === 1 ? "environment" : "environments"}`;
  const words = [
    ...(count("failed") > 0 ? [`**the preview failed** in ${count("failed")} ${of}`] : []),
    ...(count("refused") > 0 ? [`**refused** in ${count("refused")} ${of}`] : []),
    ...(count("changes") > 0 ? [`**changes** in ${count("changes")} ${of}`] : []),
  ];
  const nothing =
    environments.length === 0 ? "no environment is touched" : `nothing to change in ${of.slice(3)}`;
  return `Surefoot preview: ${[words.join(", ") || nothing, ...endingWords(environments)].join("; ")}`;
}

function endingWords(environments: ChangePreview["environments"]): string[] {
  const changes = environments.filter(isSeen).flatMap((one) => one.changes);
  const count = (op: "delete" | "replace"): number => changes.filter((one) => one.op === op).length;
  const data = changes.filter((one) => one.stateful && (one.op === "delete" || one.op === "replace")).length;
  return [
    ...(count("delete") > 0 ? [`**${count("delete")} to delete**`] : []),
    ...(count("replace") > 0 ? [`**${count("replace")} to replace**`] : []),
    ...(data > 0 ? [`**${data} of them hold data**`] : []),
  ];
}

/** A line an environment: verdict, counts, releases, drift, cost. */
export function overview(environments: readonly EnvironmentPreview[]): Section {
  const words = { clean: "nothing to change", changes: "changes", refused: "**refused**" };
  const line = ({ environment, offline, verdict, counts, pins, drift, cost }: EnvironmentPreview): string =>
    [
      `- ${code(environment)}${offline ? " (offline)" : ""}: ${words[verdict]}`,
      countsText(counts),
      ...(pins.length > 0 ? [`${pins.length} ${pins.length === 1 ? "release" : "releases"} to move`] : []),
      ...(drift === null ? [] : [drift.length > 0 ? `${drift.length} drifted` : "no drift"]),
      ...(cost === null || cost.delta === 0 ? [] : [`about ${signed(cost.delta)} USD a month`]),
    ].join("; ");
  const items = environments.map((one) => ({ text: masked(line(one)) }));
  return { what: "environments", title: "#### Environments", items };
}

/** What readers must know to judge the rest. */
export function remarkSection({ remarks = [] }: ChangePreview): Section {
  return {
    what: "remarks",
    title: "",
    items: remarks.map((one) => ({ text: masked(`- ${code(one, 500)}`) })),
  };
}

/** Environments that the change does not reach, and why. */
export function skippedSection({ skipped }: ChangePreview): Section {
  const items = skipped.map(({ environment, why }) => ({
    text: masked(`- ${code(environment)}: ${code(why, 200)}`),
    brief: masked(`- ${code(environment)}`),
  }));
  return { what: "skipped environments", title: "#### Not touched", items };
}

/** What is left out, and where it is; nothing where all is told. */
export function leftOutNote(what: readonly string[], fullAt: string | undefined): string[] {
  if (what.length === 0) return [];
  const where =
    fullAt === undefined
      ? "`surefoot preview --json` tells all of it"
      : `all of it is in the step summary and the artifact: ${link("the run", fullAt)}`;
  return [`_Left out here, for want of room: ${what.join(", ")}; ${where}._`];
}

const signed = (amount: number): string =>
  `${amount > 0 ? "+" : ""}${amount.toFixed(2).replace(/\.00$/, "")}`;
