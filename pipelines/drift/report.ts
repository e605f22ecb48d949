// Turns looks for drift into lines for a terminal: what differs first, then what may, then what comes next.
import { changeText, goneText } from "../preview/change-report.ts";
import type { Change } from "../preview/plan.ts";
import { maskText } from "../masking/secrets.ts";
import { clean, shortType } from "../preview/words.ts";
import type { DriftLook, Ignored, IgnoreEntry } from "./document.ts";

/** One environment. */
export function driftText(look: DriftLook): string[] {
  const name = clean(look.environment);
  if (look.verdict === "not-up") return [`${name}: is not up: there is nothing that could differ`];
  if (look.verdict === "failed") {
    const { code, what, state, next, details = [] } = look.error;
    return [
      `${name}: FAILED, nobody knows whether it has drifted: ${code} ${clean(what, 400)}`,
      ...details.map((line) => `  ${clean(line, 400)}`),
      `  now: ${clean(state, 400)}`,
      `  next: ${clean(next, 400)}`,
    ];
  }
  const { drifted, ignored, stale } = look;
  return [
    headline(look),
    ...drifted.flatMap(driftedText),
    ...ignored.map((one) => `ignored ${ignoredText(one)}`),
    ...stale.map((one) => `stale   ${staleText(one)}`),
    ...(drifted.length > 0
      ? [
          `Next: surefoot up ${name} puts it back; where it should stay, put it into environments/${name.replace("local/", "")}.yaml, or under drift.ignore there`,
        ]
      : []),
  ];
}

/** `prod: 2 resources differ from the description, 1 ignored`. */
export function headline(look: DriftLook): string {
  const name = clean(look.environment);
  if (look.verdict === "not-up") return `${name}: is not up`;
  if (look.verdict === "failed") return `${name}: could not be looked at for drift: ${look.error.code}`;
  const { drifted, ignored } = look;
  const more = ignored.length > 0 ? `, ${ignored.length} ignored` : "";
  if (drifted.length === 0) return `${name}: no drift${more}`;
  const count = drifted.length === 1 ? "1 resource differs" : `${drifted.length} resources differ`;
  return `${name}: ${count} from the description${more}`;
}

/** A resource that differs, with each property as we made it and as it is. */
export function driftedText(change: Change): string[] {
  return change.op === "delete" ? goneText(change) : changeText({ ...change, op: "refresh" });
}

/** What may differ, why, and who says so. */
export function ignoredText({ name, type, property, reason, owner }: Ignored): string {
  const what = property === "" ? "" : ` ${clean(property)}`;
  return `${clean(name)} (${shortType(type)})${what}: ${told(reason)} (${told(owner)})`;
}

/** An entry that nothing needs any more, as far as this look can tell. */
export function staleText({ resource, property, reason, owner }: IgnoreEntry): string {
  const which = `${told(resource)} ${told(property)}`;
  return `drift.ignore ${which}: matched nothing this time: ${told(reason)} (${told(owner)})`;
}

const told = (text: string): string => clean(maskText(text), 500);
