// Which machines there are: the list in the description, or what its command prints, held to the same rules.
import { spawn } from "node:child_process";
import { z } from "zod";
import { pathText } from "../../../environments/complaint.ts";
import type { Description } from "../../../environments/shape.ts";
import { hostRules } from "../../../environments/ssh-rules.ts";
import { hostSchema } from "../../../environments/ssh-shape.ts";
import type { SshHost } from "../../../environments/ssh-shape.ts";

export type Inventory = { ok: true; hosts: SshHost[] } | { ok: false; complaints: string[] };

const withinSeconds = 60;
// A command that has ended may have left something in the background that holds its pipes open: that is not waited for.
const restMilliseconds = 500;
const bytesMost = 4 * 1024 * 1024;

/** The hosts, every complaint gathered. A command runs in the repository, with nothing on its stdin. */
export async function readInventory(repo: string, description: Description): Promise<Inventory> {
  const { hosts, command } = description.ssh;
  if (command === undefined) return checked(hosts, description);
  const ran = await runCommand(command, repo);
  if (ran.why !== undefined) return { ok: false, complaints: [`ssh.command ${ran.why}`] };
  try {
    return checked(JSON.parse(ran.stdout), description);
  } catch {
    return { ok: false, complaints: ["ssh.command printed something that is not JSON"] };
  }
}

function checked(value: unknown, { services }: Description): Inventory {
  const parsed = z.array(hostSchema).max(1000).safeParse(value);
  const said = (path: readonly PropertyKey[], message: string): string => {
    const where = pathText(path.map((step) => (typeof step === "number" ? step : String(step))));
    return `hosts${where}: ${message}`;
  };
  if (!parsed.success) {
    const complaints = parsed.error.issues.map(({ path, message }) => said(path, message));
    return { ok: false, complaints: complaints.slice(0, 100) };
  }
  const findings = hostRules(parsed.data, services);
  if (findings.length === 0) return { ok: true, hosts: parsed.data };
  return { ok: false, complaints: findings.slice(0, 100).map(({ path, message }) => said(path, message)) };
}

function runCommand(command: string, repo: string): Promise<{ stdout: string; why?: string }> {
  return new Promise((resolve) => {
    const child = spawn("sh", ["-c", command], {
      cwd: repo,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    let why: string | undefined;
    const letGo = (): void => [child.stdout, child.stderr].forEach((stream) => stream.destroy());
    const end = (reason: string): void => {
      why ??= reason;
      endGroup(child.pid);
      letGo();
    };
    let rest: NodeJS.Timeout | undefined;
    const timer = setTimeout(() => end(`did not end within ${withinSeconds} s`), withinSeconds * 1000);
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      if (stdout.length > bytesMost) end("printed more than 4 MiB");
    });
    child.stderr.on("data", (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-500)));
    child.once("error", (error) => resolve({ stdout, why: error.message }));
    child.once("exit", () => (rest = setTimeout(letGo, restMilliseconds)));
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      clearTimeout(rest);
      const last = stderr.trim().split("\n").at(-1);
      if (code !== 0) why ??= `ended with ${code ?? signal}${last ? `: ${last}` : ""}`;
      resolve(why === undefined ? { stdout } : { stdout, why });
    });
  });
}

/** Ends the command and whatever it started: it has a group of its own. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // All of the group is gone already.
  }
}
