// Knows a process by its pid and its birth: after a restart of the machine a pid alone may be somebody else's.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
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

/** Ends what runs with this text in its command line, by force after two seconds: the last resort where the pid files are gone. */
export async function endProcesses(text: string): Promise<void> {
  for (const [signal, seconds] of [
    ["SIGTERM", 2],
    ["SIGKILL", 1],
  ] as const) {
    for (let left = seconds * 10; left > 0; left -= 1) {
      const pids = await processesWith(text);
      if (pids.length === 0) return;
      // It may be gone since it was listed.
      if (left === seconds * 10) for (const pid of pids) end(pid, signal);
      await sleep(100);
    }
  }
}

async function processesWith(text: string): Promise<number[]> {
  const { stdout } = await run("ps", ["-axo", "pid=,args="], { maxBuffer: 64 * 1024 ** 2 });
  return stdout.split("\n").flatMap((line) => {
    const [, pid, command = ""] = /^\s*(\d+)\s(.*)$/.exec(line) ?? [];
    return pid !== undefined && Number(pid) !== process.pid && command.includes(text) ? [Number(pid)] : [];
  });
}

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone.
  }
}
