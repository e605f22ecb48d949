// A real store in a place of its own, gone after the test; and children that share one.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { Clock } from "../../pipelines/drivers/clock.ts";
import { backing } from "./store-suite.ts";

/** An empty folder, removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "surefoot-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store in a new place, closed when the test ends. */
export async function temporaryStore(clock?: Clock) {
  const place = await backing().place();
  const store = await backing().open(place, clock);
  onTestFinished(() => store.close());
  return { place, store, tamper: backing().tamper(place) };
}

/** A child that answers one line for each line sent to it; killed when the test ends. */
export function storeChild(...argv: string[]) {
  const program = fileURLToPath(new URL("store-child.ts", import.meta.url));
  const child = spawn(process.execPath, [program, ...argv], { stdio: ["pipe", "pipe", "inherit"] });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await gone;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const hear = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("the child ended without an answer");
    return String(value);
  };
  const ask = (line: string) => {
    child.stdin.write(`${line}\n`);
    return hear();
  };
  return { ask, hear, gone, kill: (signal: NodeJS.Signals) => child.kill(signal) };
}
