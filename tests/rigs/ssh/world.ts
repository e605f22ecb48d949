// A story's environment on platform ssh: machines with a real sshd, the CLI in a repository of its own, a real edge behind the hooks.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { parse } from "yaml";
import { startTraffic } from "../../../pipelines/drivers/traffic.ts";
import type { Traffic } from "../../../pipelines/drivers/traffic.ts";
import { processHost } from "../../../infra/platforms/local/process-host.ts";
import { makeWorld } from "../../support/world.ts";
import type { World } from "../../support/world.ts";
import { startMachines } from "./hosts.ts";
import type { Machines } from "./hosts.ts";

export interface SshWorld extends World {
  machines: Machines;
  /** Runs a verb with --json and counts the TCP connections that it made to the machines. */
  counted: (
    ...words: string[]
  ) => Promise<{ code: number | null; document: any; stderr: string; connections: number }>;
  /** Makes a release of the server that breaks in this way; "" makes a good one. */
  release: (name: string, fault?: string) => Promise<void>;
  /** The server's nodes as `status` tells them. */
  nodes: () => Promise<{ name: string; release: string | null; state: string }[]>;
}

/** So many servers; `server` and `ssh` may override anything of the description. */
export async function makeSshWorld(count: number, server: ServerChoice, ssh: object = {}): Promise<SshWorld> {
  const machines = await startMachines({ server: count });
  const world = makeWorld();
  describeSsh(world, machines, server, ssh);
  const counted: SshWorld["counted"] = async (...words) => {
    const before = machines.accepted();
    const ran = await world.json(...words);
    return { ...ran, connections: machines.accepted() - before };
  };
  return {
    ...world,
    machines,
    counted,
    release: async (name, fault = "") => {
      const set = fault === "" ? [] : ["--set", `FAULT=${fault}`];
      const made = await world.run("release", "server", "--release", name, "--from", "test", ...set);
      expect(made.code, made.stderr).toBe(0);
    },
    nodes: async () => (await world.json("status", "test")).document["services"][0].nodes,
    end: async () => {
      try {
        // Once it is down, again is no error: whatever a story left is taken away.
        await world.run("down", "test", "--destroy", "test");
        await world.end();
      } finally {
        await machines.end();
      }
    },
  };
}

export type ServerChoice = { rollout: object } & Record<string, unknown>;

/** Writes the description, again if need be. */
export function describeSsh(
  world: World,
  machines: Machines,
  { rollout, ...server }: ServerChoice,
  ssh: object = {},
): void {
  // Of the shared base only the server: a description cannot take back what it extends.
  const base = parse(readFileSync(join(world.repo, "environments", "base.yaml"), "utf8")).services.server;
  world.describe({
    platform: "ssh",
    zones: ["a", "b"],
    services: {
      server: {
        ...base,
        nodes: machines.all.length,
        startWithin: "20s",
        stopWithin: "5s",
        needs: { HOST: "string" },
        config: { HOST: "127.0.0.1" },
        ...server,
        rollout: {
          ...base.rollout,
          ...rollout,
        },
      },
    },
    ssh: {
      config: machines.config,
      connectWithin: 5,
      hosts: machines.all.map(({ entry }) => entry),
      ...ssh,
    },
  });
}

/** A real edge in front of the machines: the hooks of the description tell it. */
export interface RigEdge {
  /** `ssh.hooks` of the description. */
  hooks: { drain: string; undrain: string };
  /** Players who reach the nodes through it. */
  players: (world: SshWorld, count: number) => Promise<Traffic>;
  end: () => Promise<void>;
}

/** Starts the edge on a folder of its own; `know` tells it the machines. */
export async function startEdge(folder: string): Promise<RigEdge & { know: (machines: Machines) => void }> {
  mkdirSync(join(folder, "nodes"), { recursive: true });
  const host = processHost(folder, "edge");
  await host.create("edge", { services: [{ name: "server", kind: "sessions", route: "" }] });
  // What a team's own hooks do: tell their balancer of $NODE, and wait until it is so.
  const hook = (mark: string, condition: string): string =>
    `cd '${folder}' && ${mark} "nodes/$NODE/drain" && curl -fsS "http://127.0.0.1:$(sed 's/.*"adminPort":\\([0-9]*\\).*/\\1/' edge.json)/nodes/$NODE?${condition}&within=5"`;
  return {
    hooks: { drain: hook("touch", "draining=true"), undrain: hook("rm -f", "draining=false&healthy=true") },
    know: ({ all }) => {
      for (const { entry } of all) {
        const { name, service, zone, servicePort } = entry;
        const place = join(folder, "nodes", name);
        mkdirSync(place);
        const node = {
          name,
          service,
          kind: "sessions",
          zone,
          address: "127.0.0.1",
          port: servicePort,
          health: "/healthz",
        };
        writeFileSync(join(place, "node.json"), JSON.stringify(node));
      }
    },
    players: async (world, count) => {
      const { port } = JSON.parse(readFileSync(join(folder, "edge.json"), "utf8")) as { port: number };
      const where = { repo: world.repo, edge: `http://127.0.0.1:${port}` };
      const traffic = startTraffic({
        ...where,
        players: count,
        users: 0,
        session: "1s..2s",
        onCounts: () => {},
      });
      await traffic.until(({ sessions }) => sessions > 5);
      return traffic;
    },
    end: async () => {
      await host.remove("edge", {});
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
