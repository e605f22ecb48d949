// How a balancer is told of a node: the hooks of the description, run on this machine.
import { spawn } from "node:child_process";
import type { SshHost, Ssh } from "../../environments/ssh-shape.ts";

/** Takes nodes out of a balancer and puts them back. Each resolves with null once it is so, else with why it is not. */
export interface Balancer {
  drain: (host: SshHost) => Promise<string | null>;
  undrain: (host: SshHost) => Promise<string | null>;
  /** True while requests that it sent are still under way on the node; a balancer that cannot tell leaves it out. */
  busy?: (host: SshHost) => Promise<boolean>;
}

const limitSeconds = 60;

/** The balancer behind the hooks; undefined where the description has none. A hook that is missing counts as done. */
export function hookedBalancer({ hooks }: Pick<Ssh, "hooks">, repo: string): Balancer | undefined {
  if (hooks.drain === undefined && hooks.undrain === undefined) return undefined;
  const run = (command: string | undefined) => async (host: SshHost) =>
    command === undefined ? null : runHook(command, host, repo);
  return { drain: run(hooks.drain), undrain: run(hooks.undrain) };
}

/** Runs a hook in the repository with NODE, ADDRESS, PORT and SERVICE set: values, never part of the command. */
function runHook(command: string, host: SshHost, repo: string): Promise<string | null> {
  const { name, address, servicePort, service } = host;
  const env = { ...process.env, NODE: name, ADDRESS: address, PORT: String(servicePort), SERVICE: service };
  return new Promise((resolve) => {
    const child = spawn("sh", ["-c", command], {
      cwd: repo,
      env,
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    let late = false;
    child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-1000)));
    const timer = setTimeout(() => {
      late = true;
      // The hook and whatever it started: it has a group of its own.
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, limitSeconds * 1000);
    const end = (why: string | null): void => {
      clearTimeout(timer);
      resolve(why);
    };
    child.once("error", (error) => end(error.message));
    const ended = (code: number | null, signal: string | null): void => {
      const last = said.trim().split("\n").at(-1);
      if (late) end(`the hook did not end within ${limitSeconds} s`);
      else if (code === 0) end(null);
      else end(`the hook ended with ${code ?? signal}${last ? `: ${last}` : ""}`);
    };
    child.once("close", ended);
    // What the hook left running in the background may hold its stderr open: that is not waited for.
    child.once("exit", (code, signal) => setTimeout(() => ended(code, signal), 200));
  });
}
