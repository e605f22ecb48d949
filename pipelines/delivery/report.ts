// Turns a delivery into lines: one environment a line, then why it stopped and what comes next.
import { printable } from "../ledger/printable.ts";
import { endedWell } from "./result.ts";
import type { DeliveredRelease, Delivery, Leg } from "./result.ts";

/** The end of it, in one line: each leg was told when it ended. */
export function deliveryText({ commit, legs, outcome }: Delivery): string {
  const words = { done: "delivered", waiting: "waits", failed: "stopped" };
  const ends = legs.map(({ environment, outcome: end }) => `${environment} ${end}`);
  return `${commit.slice(0, 10)}: ${words[outcome]}: ${ends.join(", ")}`;
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
