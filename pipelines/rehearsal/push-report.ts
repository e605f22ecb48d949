// Turns the rehearsal of a push into its summary.
import type { PushRehearsal } from "./push.ts";

/** One push a line: how each environment ended; then what stands at the end. */
export function pushText({
  environments,
  pushes,
  nodes,
  appRelease,
  requests,
  failedRequests,
  seconds,
  worked,
}: PushRehearsal): string[] {
  return [
    "",
    `${pushes.length} pushes through ${environments.join(" -> ")} in ${seconds.toFixed(0)} s`,
    ...pushes.map(
      ({ message, commit, ends, seconds: took }) =>
        `  ${commit.slice(0, 10)} ${ends.map((end) => end ?? "?").join(" -> ")}  ${took.toFixed(0)} s  ${message}`,
    ),
    `  ${environments.at(-1)} at the end: ${nodes} servers, app ${appRelease ?? "none"}`,
    `  users  ${requests} requests, ${failedRequests} failed (those of the broken release in ${environments[0]})`,
    worked
      ? "It worked: the good change reached prod, the broken one stopped in the first environment."
      : "It did NOT go as it must: see above.",
  ];
}
