// Nodes on hosts reached by ssh: one connection each, begun once, shared by sessions, transfers and scrapes.
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pLimit from "p-limit";
import type { Service } from "../../environments/shape.ts";
import type { SshHost, Ssh } from "../../environments/ssh-shape.ts";
import type { Fleet } from "../rollout/fleet.ts";
import { isAlive } from "./engine-lock.ts";
import { sshConnection } from "./ssh-connection.ts";
import { sendFromHere } from "./ssh-deliver.ts";
import type { Deliver } from "./ssh-deliver.ts";
import { sshFleet, sshNode } from "./ssh-fleet.ts";
import type { SshNode } from "./ssh-fleet.ts";
import { hookedBalancer } from "./ssh-hooks.ts";
import type { Balancer } from "./ssh-hooks.ts";
import { sshMetrics } from "./ssh-metrics.ts";
import type { SshMetrics } from "./ssh-metrics.ts";

export interface SshOptions {
  repo: string;
  ssh: Pick<Ssh, "config" | "connectWithin" | "startsAtOnce" | "hooks">;
  services: Record<string, Service>;
  /** Gives the verified file of a digest. */
  artifact: (digest: string) => Promise<string>;
  /** The hooks of the description where left out. */
  balancer?: Balancer;
  /** From this machine, over the connection, where left out. */
  deliver?: Deliver;
}

export interface SshNodes {
  /** The nodes on these hosts; a host that was named before keeps its connection. Disposing of a fleet ends no connection. */
  fleet: (service: Service, hosts: readonly SshHost[]) => Fleet;
  metrics: SshMetrics;
  /** Ends every connection. */
  close: () => void;
}

/** Connects to nothing yet: each connection is begun with the first verb for its node. */
export function openSshNodes(options: SshOptions): SshNodes {
  const { repo, ssh, artifact, deliver = sendFromHere } = options;
  const balancer = options.balancer ?? hookedBalancer(ssh, repo);
  const nodes = new Map<string, SshNode>();
  // Only this user may reach the sockets in it: whoever can holds the connections.
  let sockets: string | undefined;
  const limit = pLimit(ssh.startsAtOnce);
  const nodeOn = (host: SshHost, service: Service): SshNode => {
    const key = JSON.stringify(host);
    const found = nodes.get(key);
    if (found !== undefined) return found;
    sockets ??= socketFolder();
    const where = { sockets, tag: String(nodes.size), service: listensAt(service) };
    const connection = sshConnection(host, { ssh, repo, ...where, turn: (work) => limit(work) });
    const node = sshNode(connection, { service, balancer, deliver, artifact });
    nodes.set(key, node);
    return node;
  };
  // As last asked for: a machine that left is scraped no more.
  const current = new Map<string, SshNode[]>();
  const metrics = sshMetrics((service) => current.get(service) ?? [], options.services);
  return {
    fleet: (service, hosts) => {
      const own = hosts.filter((host) => host.service === service.name);
      const found = own.map((host) => nodeOn(host, service)).toSorted((a, b) => a.name.localeCompare(b.name));
      current.set(service.name, found);
      return sshFleet(found);
    },
    metrics,
    close: () => {
      metrics.close();
      for (const node of nodes.values()) node.close();
      if (sockets !== undefined) removeSockets(sockets);
    },
  };
}

/** A folder of this process alone; those that killed ones of this user left are taken away. */
function socketFolder(): string {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(/^sf-(\d+)-\w{6}$/.exec(name)?.[1]);
    // Somebody else's cannot be removed, and is not ours to mind.
    if (pid > 0 && !isAlive(pid)) removeSockets(join(tmpdir(), name), 1);
  }
  return mkdtempSync(join(tmpdir(), `sf-${process.pid}-`));
}

// Each ssh that ends takes its own sockets away meanwhile: a removal that meets that is tried again.
function removeSockets(folder: string, tries = 20): void {
  for (let left = tries; left > 0 && existsSync(folder); left -= 1) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // What is left at the end are dead sockets in the folder for temporary files.
    }
  }
}

/** Where its host reaches the service: at its own loopback address, unless the service is told to listen elsewhere. */
function listensAt({ config }: Service): string {
  const host = config["HOST"] ?? "";
  if (["", "0.0.0.0", "::", "localhost"].includes(host) || !/^[\w.:-]+$/.test(host)) return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
