// Knows a process by its pid and its birth: after a restart of the machine a pid alone may be somebody else's.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** When the process started, as an opaque text; undefined when there is no such process (a zombie counts as none). */
export async function birthOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch (error) {
    if (process.platform === "linux") return undefined;
    void error;
  }
  try {
    const { stdout } = await run("ps", ["-o", "lstart=", "-p", String(pid)]);
    return stdout.trim().replaceAll(/ +/g, "-") || undefined;
  } catch {
    return undefined;
  }
}

/** Reads a file `PID BIRTH`, as the node script writes it; the pid if that very process still runs. */
export async function livingPid(file: string): Promise<number | undefined> {
  const [pid, birth] = (await readFile(file, "utf8").catch(() => "")).trim().split(" ");
  if (!pid || birth === undefined || !/^\d+$/.test(pid)) return undefined;
  return (await birthOf(Number(pid))) === birth ? Number(pid) : undefined;
}

export async function isAlive(file: string): Promise<boolean> {
  return (await livingPid(file)) !== undefined;
}
