// Runs a command that takes minutes, such as a build, and lets the person who waits see that it still does.
import { spawn } from "node:child_process";

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Runs one command, saying every 20 seconds that it still does; rejects with the last lines of its output. */
export async function runLong(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const started = Date.now();
  const timer = setInterval(
    () => say(`  still at it: ${Math.round((Date.now() - started) / 1000)} s`),
    20_000,
  );
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn(command, args, { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
      let tail = "";
      child.stderr.on("data", (chunk: Buffer) => (tail = (tail + chunk.toString()).slice(-2000)));
      child.once("error", (error) => reject(new Error(`${command} cannot be run: ${error.message}`)));
      child.once("close", (code) =>
        code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}: ${tail.trim()}`)),
      );
    });
  } finally {
    clearInterval(timer);
  }
}
