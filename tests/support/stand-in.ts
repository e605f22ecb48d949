// An `up` of the shipped prod, or of another description, against the stand-in, as a process of its own that a test may kill.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Starts it; `cloud` is the folder that plays the cloud. `described`: folder and name, of the shipped prod where left out. */
export function standInUp(repo: string, cloud: string, described: readonly [string, string] | [] = []) {
  const program = fileURLToPath(new URL("stand-in-child.ts", import.meta.url));
  const child = spawn(process.execPath, [program, repo, cloud, ...described], {
    stdio: ["ignore", "ignore", "inherit"],
    detached: true,
  });
  const gone = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return { gone, kill: (signal: NodeJS.Signals) => child.kill(signal) };
}
