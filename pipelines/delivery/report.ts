// Turns a delivery into lines: one environment a line, then why it stopped and what comes next.
import { printable } from "../ledger/printable.ts";
import type { Progress } from "../rollout/context.ts";
import { progressText } from "../rollout/report.ts";
import { endedWell } from "./result.ts";
import type { DeliveredRelease, Delivery, Leg } from "./result.ts";

/** The end of it, in one line: each leg was told when it ended. */
export function deliveryText({ commit, legs, outcome }: Delivery): string {
  const words = { done: "delivered", waiting: "waits", failed: "stopped" };
  const ends = legs.map(({ environment, outcome: end }) => `${environment} ${end}`);
  return `${commit.slice(0, 10)}: ${words[outcome]}: ${ends.join(", ")}`;
}

/** What is delivered, once: an empty commit, and one that only moves pins, bring what an older one changed. */
export function changeText(head: string, commit: string): string[] {
  if (head === commit) return [];
  return [`${head.slice(0, 10)} (nothing new since ${commit.slice(0, 10)})`];
}

/** A rollout on its way, in one line that names environment and service once; undefined where it is worth none. */
export function rolloutText(environment: string, service: string, progress: Progress): string | undefined {
  const line = progressText(progress)?.replace(`${environment} ${service}: `, "");
  return line === undefined ? undefined : `${environment}: ${service}: ${line}`;
}

/** One environment: what happened, then the reason and the next command where it is not where it should be. */
export function legText(leg: Leg): string[] {
  const { environment, outcome, reason, next, changes, releases, seconds } = leg;
  const resources = changes > 0 ? [`${changes} ${changes === 1 ? "resource" : "resources"} changed`] : [];
  const what = [...resources, ...releases.map(releaseText)].join(", ");
  const why = endedWell(leg) ? [] : reason.split("\n").filter(Boolean);
  return [
    `${environment}: ${outcome}${what === "" ? "" : `: ${what}`}${seconds > 0 ? ` (${seconds.toFixed(0)} s)` : ""}`,
    ...why.map((line) => `  ${printable(line)}`),
    ...releases.filter(staysBack).map(({ service, reason: cause }) => `  ${service}: ${printable(cause)}`),
    ...(next === "" ? [] : [`  Next: ${printable(next)}`]),
  ];
}

const staysBack = ({ outcome }: DeliveredRelease): boolean =>
  outcome === "held" || outcome === "not promoted";

function releaseText({ service, from, to, outcome }: DeliveredRelease): string {
  const way = from === null ? to : `${from.split("+")[0]} -> ${to}`;
  return `${service} ${way} ${outcome}`;
}
