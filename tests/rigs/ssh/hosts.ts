// Machines for the rig: a real sshd each, on a loopback address, port, host key, folder and PATH of its own.
import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processesOf } from "../../support/world.ts";
import { getSshd } from "./sshd.ts";

export interface Machine {
  /** Its entry in the inventory. */
  entry: {
    name: string;
    service: string;
    address: string;
    port: number;
    zone: string;
    root: string;
    servicePort: number;
  };
  /** TCP connections that its sshd accepted so far. */
  accepted: () => number;
  start: () => Promise<void>;
  /** Ends its sshd and every connection; what the node runs goes on. */
  stop: () => Promise<void>;
  /** Gives what cuts the connections that are open now, in an instant; its sshd takes new ones. */
  scissors: () => () => void;
  /** Stops every process of its sshd in its tracks, or lets them go on. */
  signal: (signal: "SIGSTOP" | "SIGCONT") => void;
  /** Gives it another host key, as a machine that was set up anew has. */
  changeKey: () => Promise<void>;
}

export interface Machines {
  /** Everything of the rig lies below it. */
  folder: string;
  all: Machine[];
  of: (name: string) => Machine;
  /** An ssh_config with the client's key, the user and the known hosts. */
  config: string;
  /** Takes the keys that the machines have now for known, as their owner does after he set one up anew. */
  know: () => void;
  accepted: () => number;
  end: () => Promise<void>;
}

const asRoot = process.getuid?.() === 0;
const user = asRoot ? "nobody" : execFileSync("id", ["-un"], { encoding: "utf8" }).trim();
const owner = asRoot ? { uid: 65_534, gid: 65_534 } : {};
const port = 2222;

/** Starts so many machines per service. Ends what it began when one does not come up. */
export async function startMachines(services: Record<string, number>): Promise<Machines> {
  const folder = mkdtempSync(join(tmpdir(), "surefoot-ssh-"));
  // Readable for the user that the machines run as.
  execFileSync("chmod", ["755", folder]);
  const home = join(folder, "home");
  const bin = join(folder, "bin");
  for (const each of [home, bin]) mkdirSync(each);
  if (asRoot) chownSync(home, 65_534, 65_534);
  copyFileSync(process.execPath, join(bin, "node"));
  const key = (file: string): void => {
    rmSync(file, { force: true });
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "rig", "-f", file]);
  };
  key(join(folder, "client"));
  writeFileSync(join(folder, "authorized"), readFileSync(join(folder, "client.pub")));
  const sshd = getSshd(folder, home);
  // Rigs side by side take other addresses and ports; below the range that the system gives out itself.
  const own = process.pid % 200;
  const names = Object.entries(services).flatMap(([service, count]) =>
    Array.from({ length: count }, (_, index) => ({
      service,
      name: `${service}-${String(index + 1).padStart(2, "0")}`,
    })),
  );
  const all = names.map(({ service, name }, index): Machine => {
    const place = join(folder, name);
    mkdirSync(join(place, "node"), { recursive: true });
    const address = `127.${own + 20}.0.${index + 1}`;
    const [log, hostKey] = [join(place, "sshd.log"), join(place, "key")];
    key(hostKey);
    const lines = {
      Port: port,
      ListenAddress: address,
      HostKey: hostKey,
      AuthorizedKeysFile: join(folder, "authorized"),
      StrictModes: "no",
      UsePAM: "no",
      PasswordAuthentication: "no",
      KbdInteractiveAuthentication: "no",
      PidFile: "none",
      LogLevel: "VERBOSE",
      SetEnv: `PATH=${bin}:/usr/local/bin:/usr/bin:/bin`,
    };
    const text = Object.entries(lines).map(([option, value]) => `${option} ${value}\n`);
    writeFileSync(join(place, "sshd_config"), text.join(""));
    // Nobody's: host keys must be private for the one who uses them.
    if (asRoot) for (const file of ["node", "key", ""]) chownSync(join(place, file), 65_534, 65_534);
    let child: ChildProcess | undefined;
    const stop = async (): Promise<void> => {
      const old = child;
      child = undefined;
      for (const pid of sshdOf(old?.pid)) kill(pid, "SIGKILL");
      if (old !== undefined && old.exitCode === null && old.signalCode === null) await once(old, "exit");
    };
    const start = async (): Promise<void> => {
      const before = textOf(log).length;
      const words = ["-D", "-E", log, "-f", join(place, "sshd_config")];
      child = spawn(sshd.path, words, {
        ...owner,
        cwd: place,
        env: { ...sshd.env, PATH: process.env["PATH"] ?? "" },
        stdio: "ignore",
      });
      await listening(address, child, log, before);
    };
    const root = join(place, "node");
    return {
      entry: {
        name,
        service,
        address,
        port,
        zone: index % 2 === 0 ? "a" : "b",
        root,
        servicePort: 10_000 + own * 100 + index,
      },
      accepted: () => [...textOf(log).matchAll(/^Connection from /gm)].length,
      start,
      stop,
      scissors: () => {
        const connections = sshdOf(child?.pid).slice(1);
        return () => connections.forEach((pid) => kill(pid, "SIGKILL"));
      },
      signal: (signal) => sshdOf(child?.pid).forEach((pid) => kill(pid, signal)),
      changeKey: async () => {
        await stop();
        key(hostKey);
        if (asRoot) chownSync(hostKey, 65_534, 65_534);
        await start();
      },
    };
  });
  const know = (): void => {
    const lines = all.map(
      ({ entry }) =>
        `[${entry.address}]:${port} ${readFileSync(join(folder, entry.name, "key.pub"), "utf8")}`,
    );
    writeFileSync(join(folder, "known_hosts"), lines.join(""));
  };
  know();
  const config = join(folder, "ssh_config");
  writeFileSync(
    config,
    `Host *\n  User ${user}\n  IdentityFile ${join(folder, "client")}\n  IdentitiesOnly yes\n  UserKnownHostsFile ${join(folder, "known_hosts")}\n  GlobalKnownHostsFile none\n  StrictHostKeyChecking yes\n`,
  );
  const end = async (): Promise<void> => {
    await Promise.all(all.map((machine) => machine.stop()));
    const left = processesOf(folder);
    for (const { pid } of left) kill(pid, "SIGKILL");
    rmSync(folder, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`left on the machines: ${JSON.stringify(left.slice(0, 5))}`);
  };
  try {
    for (const machine of all) await machine.start();
  } catch (error) {
    await end().catch(() => undefined);
    throw error;
  }
  return {
    folder,
    all,
    config,
    know,
    end,
    of: (name) => all.find(({ entry }) => entry.name === name) ?? raise(`there is no machine ${name}`),
    accepted: () => all.reduce((sum, machine) => sum + machine.accepted(), 0),
  };
}

// Not by a connection: those are counted.
async function listening(address: string, child: ChildProcess, log: string, before: number): Promise<void> {
  for (let patience = 400; patience > 0 && child.exitCode === null; patience -= 1) {
    if (textOf(log).slice(before).includes("Server listening on")) return;
    await sleep(25);
  }
  throw new Error(`sshd on ${address} does not listen: ${textOf(log).slice(-400)}`);
}

/** The listening sshd of a machine and those of its connections; not the shells below them, which are the node's. */
function sshdOf(pid: number | undefined): number[] {
  if (pid === undefined) return [];
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,comm="], { encoding: "utf8" }).trim().split("\n");
  const all = lines.map((line) => line.trim().split(/\s+/)).filter(([, , program]) => program === "sshd");
  const below = (parent: number): number[] =>
    all
      .filter(([, ppid]) => Number(ppid) === parent)
      .flatMap(([one]) => [Number(one), ...below(Number(one))]);
  return [pid, ...below(pid)];
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone.
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function raise(message: string): never {
  throw new Error(message);
}
