// An `up` of the shipped prod against the stand-in, as a process of its own that a test may kill.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Starts it; `cloud` is the folder that plays the cloud. */
export function standInUp(repo: string, cloud: string) {
  const program = fileURLToPath(new URL("stand-in-child.ts", import.meta.url));
  const child = spawn(process.execPath, [program, repo, cloud], {
    stdio: ["ignore", "ignore", "inherit"],
    detached: true,
  });
  const gone = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return { gone, kill: (signal: NodeJS.Signals) => child.kill(signal) };
}
