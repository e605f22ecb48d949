// What every verb shares: the common flags, Ctrl-C, and one result that is printed as text or as one JSON document.
import { join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { Refusal } from "../pipelines/errors.ts";
import { maskDocument } from "../pipelines/masking/masked.ts";
import { maskText } from "../pipelines/masking/secrets.ts";

/** The repository: everything Surefoot reads and writes lies below it. */
export const repo = process.env["SUREFOOT_REPO"] ?? join(import.meta.dirname, "..");

export interface Result {
  /** What `--json` prints. */
  document: unknown;
  /** What a person reads; on stdout. */
  lines: string[];
  /** False: exit code 1. */
  ok: boolean;
  /** Printed as it is, for it is masked already or must stay whole, as a chain of hashes must. */
  exact?: boolean;
}

/** A sub-command with the flags that all have. */
export function verb(name: string) {
  return new Command(name)
    .option("--json", "print one JSON document on stdout, everything else on stderr")
    .option("--debug", "show stacks of errors");
}

/** Progress and remarks: on stderr, so that stdout is the result alone. */
export function say(text: string): void {
  process.stderr.write(`${maskText(text)}\n`);
}

/** Prints a result and sets the exit code. */
export function finish(
  { document, lines, ok, exact = false }: Result,
  { json }: { json?: boolean | undefined },
): void {
  const text = json ? JSON.stringify(exact ? document : maskDocument(document), null, 2) : lines.join("\n");
  if (json || lines.length > 0) process.stdout.write(`${json || exact ? text : maskText(text)}\n`);
  if (!ok) process.exitCode = 1;
}

/** Aborted by the first Ctrl-C or SIGTERM, so that the verb ends in order; the second one ends it at once. */
export function interruptible(next: string): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  const stop = (signal: NodeJS.Signals): void => {
    // One Ctrl-C comes twice under npm: from the terminal, and passed on by npm.
    if (controller.signal.aborted && Date.now() - first < 1000) return;
    if (controller.signal.aborted) process.exit(1);
    first = Date.now();
    say(`${signal}: ends after the step in progress; once more ends at once`);
    controller.abort(
      new Refusal("E_INTERRUPTED", {
        what: `interrupted by ${signal}`,
        state: "the step in progress was ended; what was done stays, and the journal knows it",
        next,
      }),
    );
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  // In a hook the terminal is somebody else's: a connection that is lost stops nothing.
  process.on("SIGHUP", process.env["SUREFOOT_DETACHED"] === undefined ? stop : () => {});
  return controller.signal;
}

/** A flag that may be given again and again. */
export const gathered = (word: string, before: string[] = []): string[] => [...before, word];

/** `KEY=value`, gathered over repeated flags. */
export function keyValue(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) {
    throw new Refusal("E_USAGE", {
      what: `${JSON.stringify(text)} is not KEY=value`,
      state: "nothing was touched",
      next: "--set KEY=value",
    });
  }
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
