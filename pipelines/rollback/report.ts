// Turns the outcome of a rollback into lines of text.
import { printable } from "../ledger/printable.ts";
import type { RollbackResult } from "./deploy.ts";

/** What just happened, did it work, what now. */
export function rollbackText(environment: string, result: RollbackResult): string[] {
  const { service, release, from, touchedNodes, stuckNodes, seconds } = result;
  const stuck = new Set(stuckNodes.map(({ node }) => node));
  const moved = touchedNodes.filter((node) => !stuck.has(node)).length;
  const where = release ?? "no release";
  return [
    touchedNodes.length === 0
      ? `${service}: every node that answers already ran ${where}`
      : `${service}: ${moved} ${moved === 1 ? "node" : "nodes"} back on ${where} (from ${from ?? "no release"}) in ${seconds.toFixed(1)} s`,
    ...stuckNodes.map(({ node, reason }) => `  not back: ${node}: ${printable(reason)}`),
    ...(stuckNodes.length > 0
      ? [`Next: surefoot up ${environment}, then: surefoot rollback ${environment} ${service}`]
      : []),
  ];
}
