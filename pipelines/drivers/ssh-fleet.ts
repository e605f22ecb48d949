// The nodes of one service on hosts reached by ssh: the same script, the same verbs as on one machine.
import type { Service } from "../../environments/shape.ts";
import type { SshHost } from "../../environments/ssh-shape.ts";
import type { Fleet, FleetNode, NodeStatus } from "../rollout/fleet.ts";
import { parseStatus, sessionsIn } from "./node-words.ts";
import { openSession } from "./session.ts";
import type { SshConnection } from "./ssh-connection.ts";
import type { Deliver } from "./ssh-deliver.ts";
import type { Balancer } from "./ssh-hooks.ts";
import { getThrough } from "./ssh-tunnel.ts";

export interface SshNodeOptions {
  service: Service;
  balancer: Balancer | undefined;
  deliver: Deliver;
  artifact: (digest: string) => Promise<string>;
}

export interface SshNode extends FleetNode {
  host: SshHost;
  connection: SshConnection;
  /** What the node last said of itself. */
  known: () => NodeStatus | undefined;
  /** Opens the connection if there is none. */
  reach: () => Promise<void>;
  /** See Fleet. */
  settled: (draining: boolean, within: number) => Promise<boolean>;
  /** What the balancer said when it did not do as it was told. */
  complaint: () => string | undefined;
}

const healthSeconds = 2;
// Without a balancer that can be asked: so long may one that looks at the health answer take to see it turn.
const turnSeconds = 3;
const pollMilliseconds = 100;

/** A node behind its connection. Its session is opened with the first verb. */
export function sshNode(connection: SshConnection, options: SshNodeOptions): SshNode {
  const { service, balancer, deliver, artifact } = options;
  const { host } = connection;
  const session = openSession(host.name, connection);
  let known: NodeStatus | undefined;
  const status = async (): Promise<NodeStatus> => (known = parseStatus(await session.ask(["status"])));
  const { ready, load } = serviceOf(connection, service, balancer);
  const traffic = trafficOf(host, balancer, ready);
  const verb =
    (name: string, then: () => void | Promise<void> = () => {}) =>
    async (token: number, word: string | number = ""): Promise<void> => {
      await session.ask([name, token, word]);
      await then();
    };
  const runs = (current: string | null): void => {
    if (known !== undefined) known = { ...known, current };
  };
  return {
    name: host.name,
    zone: host.zone,
    service: service.name,
    host,
    connection,
    status,
    known: () => known,
    reach: async () => {
      if (connection.tunnel() === undefined) await status();
    },
    fetch: async (token, deployable) => {
      if ((await status()).retained.includes(deployable.id)) return;
      await deliver({ connection, session }, deployable, () => artifact(deployable.digest));
      await session.ask(["fetch", token, deployable.id, deployable.digest.replace("sha256:", "")], 120);
    },
    switch: (token, id) => verb("switch", () => runs(id))(token, id),
    clear: verb("clear", () => {
      traffic.cleared();
      runs(null);
    }),
    start: verb("start"),
    stop: verb("stop"),
    kill: verb("kill"),
    prune: verb("prune"),
    drain: verb("drain", traffic.drain),
    undrain: verb("undrain", traffic.undrain),
    ready,
    load,
    address: async () => {
      if (connection.tunnel() === undefined) await status();
      return { base: "http://localhost", socketPath: connection.tunnel() };
    },
    settled: traffic.settled,
    complaint: traffic.complaint,
    close: session.close,
  };
}

/** What the node's own service answers, through the tunnel. */
function serviceOf(connection: SshConnection, service: Service, balancer: Balancer | undefined) {
  const get = (path: string) => getThrough(connection.tunnel(), path, healthSeconds).catch(() => undefined);
  return {
    ready: async (): Promise<boolean> => {
      const code = (await get(service.health))?.status ?? 0;
      return code >= 200 && code < 300;
    },
    load: async (): Promise<number> => {
      // Requests under way are known to the balancer alone; one that cannot tell ends its hook once nothing arrives.
      if (service.kind === "http") return (await balancer?.busy?.(connection.host)) ? 1 : 0;
      const answer = await get(service.metricsPath);
      return answer?.status === 200 ? sessionsIn(answer.text, service) : 0;
    },
  };
}

/** Takes the node out of the balancer and back. A hook that fails is told by `settled`: on the way back it stops nothing. */
function trafficOf(host: SshHost, balancer: Balancer | undefined, ready: () => Promise<boolean>) {
  let done: { draining: boolean; why: string | null } | undefined;
  let empty = false;
  return {
    complaint: () => done?.why ?? undefined,
    cleared: () => void (empty = true),
    drain: async (): Promise<void> => {
      if (balancer !== undefined) done = { draining: true, why: await balancer.drain(host) };
    },
    undrain: async (): Promise<void> => {
      // A node that was just left without any release has nothing to serve: it stays out.
      const skip = empty;
      empty = false;
      if (balancer !== undefined && !skip) done = { draining: false, why: await balancer.undrain(host) };
    },
    settled: async (draining: boolean, within: number): Promise<boolean> => {
      if (balancer !== undefined) return done?.draining === draining && done.why === null;
      const patience = draining ? Math.min(within, turnSeconds) : within;
      for (const end = Date.now() + patience * 1000; Date.now() < end;) {
        if ((await ready()) === !draining) return true;
        await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
      }
      // A service whose health does not turn is drained all the same: nobody is there who could confirm it.
      return draining;
    },
  };
}

export interface SshFleet extends Fleet {
  /** Why the balancer did not do as it was told; undefined where it did. */
  complaint: (node: string) => string | undefined;
}

/** The fleet of these nodes; `close` is called when it is disposed of. */
export function sshFleet(nodes: readonly SshNode[], close: () => void = () => {}): SshFleet {
  return {
    nodes: [...nodes],
    // Listed machines come and go with the description.
    refresh: async () => ({ joined: [], left: [] }),
    settled: async (name, draining, within) =>
      (await nodes.find((node) => node.name === name)?.settled(draining, within)) ?? false,
    complaint: (name) => nodes.find((node) => node.name === name)?.complaint(),
    [Symbol.dispose]: close,
  };
}
