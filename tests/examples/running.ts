// Builds the samples in a temporary copy and runs them as real processes for the tests beside this file.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const ROOT = join(import.meta.dirname, "../..");
const NODE = join(ROOT, "node_modules/.bin/node");
export const TRAFFIC = join(ROOT, "examples/traffic/main.ts");

/** A folder of its own for one test file. */
export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), "surefoot-examples-"));

const isNotBuilt = (path: string): boolean => !path.endsWith("/dist");

/** Copies examples/ into `folder`, with the installed libraries beside it. */
export async function copySamples(folder: string): Promise<void> {
  await cp(join(ROOT, "examples"), join(folder, "examples"), { recursive: true, filter: isNotBuilt });
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
}

/** Builds one sample as a description does and returns the path of its bundle. */
export async function buildSample(folder: string, service: string, version = "1"): Promise<string> {
  const cwd = join(folder, "examples", service);
  await promisify(execFile)(NODE, ["../build.mjs"], { cwd, env: { ...process.env, VERSION: version } });
  return join(cwd, "dist/main.mjs");
}

export interface Running {
  child: ChildProcess;
  port: number;
  stdout(): string;
  stderr(): string;
  /** Exit code, or the name of the signal. */
  exited: Promise<number | string>;
}

const children = new Set<ChildProcess>();

/** Runs a script until it listens, prints its first line, or ends. */
export async function run(
  script: string,
  env: Record<string, string>,
  argv: string[] = [],
): Promise<Running> {
  const child = spawn(NODE, [script, ...argv], {
    env: { PATH: process.env["PATH"], PORT: "0", RELEASE: "r1", ...env },
  });
  children.add(child);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const exited = once(child, "close").then(([code, signal]) => {
    children.delete(child);
    return (code ?? signal) as number | string;
  });
  await Promise.race([exited, once(child.stdout, "data")]);
  const port = Number(/:(\d+)\n/.exec(stdout)?.[1] ?? 0);
  return { child, port, stdout: () => stdout, stderr: () => stderr, exited };
}

/** Ends what the test left running, also what ignores SIGTERM. */
export async function endAll(): Promise<void> {
  await Promise.all(
    [...children].map(async (child) => {
      const closed = once(child, "close");
      child.kill("SIGKILL");
      await closed;
    }),
  );
}

/** Looks again until `look` gives something; the test's own limit ends a wait in vain. */
export async function until<T>(look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await sleep(20);
  }
}

/** GETs a path of a running service. */
export const ask = (running: Running, path: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${running.port}${path}`);

/** One value of its /metrics: the line that starts with `series`. */
export async function metric(running: Running, series: string): Promise<number> {
  const text = await (await ask(running, "/metrics")).text();
  const line = text.split("\n").find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1));
}

export const remove = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });
