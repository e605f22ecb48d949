// Turns a preview into lines for a terminal: the verdict first, then what is refused, what ends, what changes, what it costs.
import type { Violation } from "../../infra/policies/index.ts";
import { changeText, createdText, goneText } from "./change-report.ts";
import { costText } from "./cost-report.ts";
import type { EnvironmentPreview, FailedPreview, PinChange } from "./document.ts";
import { countsText } from "./op-words.ts";
import type { Change } from "./plan.ts";
import type { Preview } from "./run.ts";
import { clean, listed } from "./words.ts";

type Shown = Preview & Partial<Pick<EnvironmentPreview, "pins" | "drift">>;

/** The whole preview. What ends is never cut short; long lists of the rest are, `--json` has all. */
export function previewText(preview: Shown): string[] {
  const { changes, violations, cost, unpriced, offline, pins = [], drift = null } = preview;
  const created = changes.filter(({ op }) => op === "create");
  const mandatory = violations.filter(({ level }) => level === "mandatory");
  const advisory = violations.filter(({ level, unknown }) => level === "advisory" && !unknown);
  return [
    verdictText(preview),
    ...(offline
      ? ["offline: a folder on this machine played the cloud; what really exists there was not looked at"]
      : []),
    ...mandatory.map((one) => `REFUSED ${violationText(one)}`),
    ...changes.filter(({ op }) => op !== "create").flatMap(changeText),
    ...createdText(created),
    ...advisory.map((one) => `advice  ${violationText(one)}`),
    ...unknownText(violations.filter(({ unknown }) => unknown)),
    ...(cost === null ? [] : costText(cost)),
    ...(unpriced === null ? [] : [`cost    ${clean(unpriced, 300)}`]),
    ...pins.map(pinText),
    ...(drift === null ? [] : driftText(drift)),
  ];
}

/** A preview that failed: what happened, what is true now, what comes next. */
export function failedText({ environment, error }: FailedPreview): string[] {
  const { code, what, state, next, details = [] } = error;
  return [
    `${clean(environment)}: failed: ${code} ${clean(what, 500)}`,
    ...details.map((line) => `      ${clean(line, 500)}`),
    `      now: ${clean(state, 300)}`,
    `      next: ${clean(next, 500)}`,
  ];
}

function pinText({ service, from, to }: PinChange): string {
  return `release ${clean(service)}: ${clean(from ?? "none")} -> ${clean(to ?? "none")}`;
}

function driftText(drift: readonly Change[]): string[] {
  if (drift.length === 0) return ["drift   none: everything is as the state has it"];
  return [
    `drift   ${drift.length} differ from the state, without our doing; up puts them back:`,
    ...drift.flatMap((change) =>
      change.op === "delete" ? goneText(change) : changeText({ ...change, op: "refresh" }),
    ),
  ];
}

/** The verdict in one line, the counts behind it. */
export function verdictText({ environment, verdict, counts, violations }: Preview): string {
  const mandatory = violations.filter(({ level }) => level === "mandatory");
  const broken = new Set(mandatory.map(({ code }) => code)).size;
  const words = {
    clean: "nothing to change",
    changes: "changes",
    refused: `refused, ${broken} ${broken === 1 ? "rule is" : "rules are"} broken`,
  };
  return `${clean(environment)}: ${words[verdict]}: ${countsText(counts)}`;
}

function violationText({ code, resource, property, what, mend }: Violation): string {
  const where = property === "" ? clean(resource) : `${clean(resource)} ${clean(property)}`;
  return `${code}: ${where}: ${clean(what, 200)}. Mend: ${clean(mend, 200)}`;
}

/** One line a rule: before a first update most policies hold names that nobody knows yet. */
function unknownText(unknown: readonly Violation[]): string[] {
  return [...Map.groupBy(unknown, ({ code }) => code)].map(
    ([code, some]) =>
      `unknown ${code}: cannot be judged before the update: ${listed(some.map(({ resource }) => resource))}`,
  );
}
