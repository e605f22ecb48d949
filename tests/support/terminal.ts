// A verb of a story as a person runs it: at a terminal, which util-linux's `script` makes. What it prints is heard as stderr.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { listenTo } from "./started.ts";
import type { Started } from "./started.ts";
import { noAccount } from "./world.ts";

const cli = join(import.meta.dirname, "..", "..", "scripts", "cli.ts");
const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** Starts the verb in the world's repository; keys are written to its stdin. */
export function atTerminal(repo: string, ...words: string[]): Started {
  const env = { ...process.env, ...noAccount(), SUREFOOT_REPO: repo, SUREFOOT_PORTS: repo, TERM: "xterm" };
  // Where nobody says how wide it is, every letter gets a line of its own.
  const command = `stty cols 200 rows 50; exec ${[process.execPath, cli, ...words].map(quoted).join(" ")}`;
  const inside = ["-c", 'exec script --quiet --flush --return --command "$0" /dev/null >&2', command];
  return listenTo(spawn("sh", inside, { env, stdio: "pipe", cwd: repo }));
}
