// One OpenSSH connection to one host: the process that holds it carries the node's session, transfers and tunnel.
import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { join } from "node:path";
import type { SshHost, Ssh } from "../../environments/ssh-shape.ts";
import { sshArguments } from "../../infra/platforms/ssh/arguments.ts";
import { sshFailure } from "../../infra/platforms/ssh/failure.ts";
import { folderOf } from "../../infra/platforms/ssh/place.ts";
import { NodeTrouble } from "../rollout/fleet.ts";
import type { Reach } from "./session.ts";

export interface ConnectionOptions {
  ssh: Pick<Ssh, "config" | "connectWithin">;
  repo: string;
  /** Private folder for sockets; its path is short, as sockets want it. */
  sockets: string;
  /** Short and unique in that folder. */
  tag: string;
  /** Where the service listens, seen from the host. */
  service: string;
  /** Waits for its turn to begin a connection. */
  turn: <T>(work: () => Promise<T>) => Promise<T>;
}

export interface SshConnection extends Reach {
  host: SshHost;
  /** Path of the socket that leads to the service; undefined while there is no connection. */
  tunnel: () => string | undefined;
  /** Words for `ssh` that ride on the open connection and never begin another. Throws NodeTrouble without one. */
  riding: () => string[];
}

// What fails is not tried again at once by whoever asks next: each of them would wait as long.
const pauseMilliseconds = 2000;
// Past the limit that ssh itself keeps, for the part of the login that ssh does not limit.
const graceSeconds = 5;

/** Nothing is opened yet. One TCP connection at a time; opened anew after it was lost. */
export function sshConnection(host: SshHost, options: ConnectionOptions): SshConnection {
  const { ssh, repo, sockets, tag, service, turn } = options;
  let attempts = 0;
  let open: { child: ChildProcessWithoutNullStreams; tunnel: string; control: string } | undefined;
  let failure: { at: number; error: unknown } | undefined;
  const begin = async (): Promise<ChildProcessWithoutNullStreams> => {
    attempts += 1;
    const [control, tunnel] = ["c", "t"].map((kind) => join(sockets, `${kind}${tag}.${attempts}`)) as [
      string,
      string,
    ];
    const more = ["-M", "-S", control, "-L", `${tunnel}:${service}:${host.servicePort}`];
    const words = sshArguments(host, ssh, repo, more);
    // A group of its own: Ctrl-C is for the one who deploys, not for the connections that it needs to clean up.
    const child = spawn("ssh", [...words, `sh ${folderOf(host)}/node.sh session`], {
      detached: true,
      stdio: "pipe",
    });
    await greeted(child, host, ssh.connectWithin + graceSeconds);
    open = { child, tunnel, control };
    child.once("close", () => {
      if (open?.child === child) open = undefined;
    });
    return child;
  };
  return {
    host,
    open: async () => {
      if (failure !== undefined && Date.now() - failure.at < pauseMilliseconds) throw failure.error;
      try {
        const child = await turn(begin);
        failure = undefined;
        return child;
      } catch (error) {
        failure = { at: Date.now(), error };
        throw error;
      }
    },
    explain: (complaint) => sshFailure(complaint, host) ?? "the connection was lost",
    end: (child) => {
      child.stdin.end();
      child.kill();
    },
    tunnel: () => open?.tunnel,
    riding: () => {
      if (open === undefined) throw new NodeTrouble(`${host.name}: the connection was lost`);
      // Where the connection is gone, ssh would begin one of its own: a proxy that only fails keeps it from that.
      const more = ["-S", open.control, "-o", "ControlMaster=no", "-o", "ProxyCommand=false"];
      return sshArguments(host, ssh, repo, more);
    },
  };
}

/** Resolves once the node's script answers a first question. Kills what does not within so many seconds. */
async function greeted(child: ChildProcessWithoutNullStreams, host: SshHost, within: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let [heard, said] = ["", ""];
  const hear = (chunk: Buffer): void => {
    heard += chunk.toString();
    // A login shell may have said something of its own before.
    if (/^hello ok .*\n/m.test(heard)) resolve();
    else heard = heard.slice(-10_000);
  };
  const note = (chunk: Buffer): void => void (said = (said + chunk.toString()).slice(-4000));
  const lost = (why: string): void => reject(new NodeTrouble(`${host.name}: ${why}`));
  const timer = setTimeout(() => {
    lost(sshFailure(said, host) ?? `the host hangs: no session within ${within} s`);
    child.kill("SIGKILL");
  }, within * 1000);
  const ended = (code: number | null): void => lost(sshFailure(said, host) ?? `ssh ended with ${code}`);
  child.stdout.on("data", hear);
  child.stderr.on("data", note);
  child.once("error", (error) => lost(`ssh cannot be started: ${error.message}`));
  child.once("close", ended);
  child.stdin.on("error", () => undefined);
  child.stdin.write("hello status\n");
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    child.stdout.off("data", hear);
    child.stderr.off("data", note);
    child.off("close", ended);
  }
}
