// The summary of a step: what a run says, masked, in a fence that nothing in it can end.
import { stepSummary } from "../drivers/github-run.ts";
import type { GithubRun } from "../drivers/github-run.ts";
import { fenced, sizeOf } from "../preview/markdown-safe.ts";
import { maskText } from "../masking/secrets.ts";

type Summary = Pick<GithubRun, "room" | "summarise">;

// For the fence, and for the line that says how many are missing.
const BESIDES = 1000;

/** Adds lines, as many as GitHub still takes: what is too long it drops as a whole. */
export function summarise({ room, summarise: add }: Summary, lines: readonly string[]): void {
  // First masked, then split: a key goes over many lines, and none of them alone looks like one.
  const all = maskText(lines.join("\n")).split("\n");
  let left = room() - BESIDES;
  if (lines.length === 0 || left < 0) return;
  const end = all.findIndex((line) => (left -= sizeOf(fenced([line], "text"))) < 0);
  const more = end < 0 ? [] : [`and ${all.length - end} more lines, in the log`];
  add(fenced([...all.slice(0, end < 0 ? all.length : end), ...more], "text"));
}

/** The same for a verb that tells GitHub nothing else; anywhere but in a workflow it does nothing. It stops nothing. */
export function summariseStep(
  env: NodeJS.ProcessEnv,
  lines: readonly string[],
  say: (text: string) => void,
): void {
  const summary = stepSummary(env);
  if (summary === undefined) return;
  try {
    summarise(summary, lines);
  } catch (error) {
    say(`the summary of this step is not written: ${error instanceof Error ? error.message : String(error)}`);
  }
}
