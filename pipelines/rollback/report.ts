// Turns the outcome of a rollback into lines of text.
import { printable } from "../ledger/printable.ts";
import type { RollbackResult } from "./deploy.ts";

/** What just happened, did it work, what now. */
export function rollbackText(environment: string, result: RollbackResult): string[] {
  const { service, release, from, touchedNodes, stuckNodes, seconds } = result;
  const moved = touchedNodes.length - stuckNodes.length;
  return [
    touchedNodes.length === 0
      ? `${service}: every node already ran ${release}`
      : `${service}: ${moved} ${moved === 1 ? "node" : "nodes"} back on ${release} (from ${from ?? "no release"}) in ${seconds.toFixed(1)} s`,
    ...stuckNodes.map(({ node, reason }) => `  not back: ${node}: ${printable(reason)}`),
    ...(stuckNodes.length > 0
      ? [`Next: surefoot up ${environment}, then: surefoot rollback ${environment} ${service}`]
      : []),
  ];
}
