// The body of the issue that a drifted stack has, as Markdown in which nothing but our own words is formatting. Pure.
import type { StackIssue } from "../github/issue.ts";
import type { DriftLook } from "./document.ts";
import { driftText, headline } from "./report.ts";

/** Where and when it was looked. `run`: address of the run, where there is one. */
export interface Seen {
  /** ISO 8601. */
  at: string;
  run: string | undefined;
}

// GitHub takes 65,536; a note is put in front when the issue is closed.
const MOST_BYTES = 60_000;

/** The issue that the look asks for; undefined where it says nothing: a look that failed closes no issue. */
export function driftIssue(look: DriftLook, seen: Seen): StackIssue | undefined {
  const { environment, verdict } = look;
  if (verdict === "not-up" || verdict === "failed") return undefined;
  const when = `Looked at ${seen.at}${seen.run === undefined ? "" : ` by [this run](${seen.run})`}.`;
  if (verdict === "clean")
    return { stack: environment, clean: `**${environment} is as its description says again.** ${when}` };
  const next = [
    `\`surefoot up ${environment}\` puts it back. What should stay goes into \`environments/${environment}.yaml\`,`,
    "or under `drift.ignore` there, with a reason and an owner.",
    "This issue is rewritten by each look, and closed by the first one that finds nothing.",
  ].join(" ");
  // The first says it once more, the last is said below.
  const lines = driftText(look).slice(1, -1);
  return {
    stack: environment,
    title: `Drift: ${headline(look)}`,
    body: [`**${headline(look)}.** ${when}`, fenced(lines, `surefoot drift ${environment}`), next].join(
      "\n\n",
    ),
  };
}

/** Lines in a fence that none of them can end; those that are too many are counted. */
function fenced(lines: readonly string[], all: string): string {
  const runs = lines.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length);
  const fence = "`".repeat(Math.max(3, ...runs.map((length) => length + 1)));
  const kept: string[] = [];
  let bytes = 0;
  for (const line of lines) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > MOST_BYTES) break;
    kept.push(line);
  }
  const left = lines.length - kept.length;
  const more = left > 0 ? [`and ${left} more lines: ${all}`] : [];
  return [`${fence}text`, ...kept, ...more, fence].join("\n");
}
