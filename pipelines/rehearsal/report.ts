// Turns a rehearsal into its summary: what just happened, did it work, what now.
import type { Rehearsal } from "./run.ts";

/** The summary; `left` when the environment is still up. */
export function rehearsalText(rehearsal: Rehearsal, left: boolean): string[] {
  const {
    environment,
    nodes,
    requests,
    failedRequests,
    sessions,
    cutSessions,
    releases,
    seconds,
    edge,
    worked,
  } = rehearsal;
  return [
    "",
    `${environment}: ${nodes} nodes, ${releases.length} rollouts in ${seconds.toFixed(0)} s`,
    ...releases.flatMap(({ service, release, outcome, touchedNodes, seconds: took, reason }) => [
      `  ${service.padEnd(7)} ${release}  ${outcome.padEnd(11)} ${String(touchedNodes).padStart(2)} nodes touched  ${took.toFixed(1).padStart(5)} s  ${reason}`,
    ]),
    `  users   ${requests} requests, ${failedRequests} failed; ${sessions} sessions, ${cutSessions} cut`,
    worked
      ? "It worked: two good releases went through, the broken one came back by itself, nobody noticed."
      : "It did NOT go as it must: see above, and surefoot ledger.",
    ...(left ? nextSteps(environment, edge) : []),
  ];
}

function nextSteps(environment: string, edge: string | null): string[] {
  return [
    "",
    `The environment is up at ${edge}. Next:`,
    `  npx surefoot status ${environment}`,
    `  npx surefoot rollback ${environment} server`,
    "  npx surefoot ledger",
    `  npx surefoot down ${environment}`,
  ];
}
