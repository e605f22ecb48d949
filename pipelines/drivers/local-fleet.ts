// The fleet of a local environment: its node folders, a session each, and the edge's word on who gets traffic.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Service } from "../../environments/shape.ts";
import { NodeTrouble } from "../rollout/fleet.ts";
import type { Deployable, Fleet, FleetNode } from "../rollout/fleet.ts";
import { parseStatus, settingsOf, sessionsIn } from "./node-words.ts";
import { openSession } from "./session.ts";

interface Place {
  name: string;
  service: string;
  zone: string;
  address: string;
  port: number;
}

/** Opens every node of the service. `artifact` gives the verified file of a digest. */
export function openLocalFleet(
  root: string,
  service: Service,
  artifact: (digest: string) => Promise<string>,
): Fleet {
  const nodes = places(root, service.name).map((place) => localNode(root, place, service, artifact));
  return {
    nodes,
    // Only `up` makes and removes local nodes, and it holds the same lease.
    refresh: async () => ({ joined: [], left: [] }),
    settled: (node, draining, within) => settled(root, node, draining, within),
    [Symbol.dispose]: () => nodes.forEach((node) => node.close()),
  };
}

/** The nodes of a service as their folders say, sorted by name. */
export function places(root: string, service: string): Place[] {
  let names: string[] = [];
  try {
    names = readdirSync(join(root, "nodes")).toSorted();
  } catch {
    // Not up yet: no nodes.
  }
  return names.flatMap((name) => {
    try {
      const place = JSON.parse(readFileSync(join(root, "nodes", name, "node.json"), "utf8")) as Place;
      return place.service === service ? [place] : [];
    } catch {
      // Its address cannot be read: a node that is there and not ready, until `up` heals it. Without any, it is no node yet.
      const lost = { name, service, zone: "unknown", address: "127.0.0.1", port: 0 };
      const ours =
        name.replace(/-\d+$/, "") === service && existsSync(join(root, "nodes", name, "node.json"));
      return ours ? [lost] : [];
    }
  });
}

function localNode(
  root: string,
  place: Place,
  service: Service,
  artifact: (digest: string) => Promise<string>,
): FleetNode {
  const home = join(root, "nodes", place.name);
  const session = openSession(place.name, ["sh", join(home, "node.sh"), "session"]);
  const verb =
    (name: string) =>
    async (token: number, word: string | number = "") => {
      await session.ask([name, token, word]);
    };
  const base = `http://${place.address}:${place.port}`;
  return {
    name: place.name,
    zone: place.zone,
    service: place.service,
    status: async () => parseStatus(await session.ask(["status"])),
    fetch: async (token, deployable) => {
      const status = parseStatus(await session.ask(["status"]));
      if (status.retained.includes(deployable.id)) return;
      await deliver(home, deployable, artifact);
      await session.ask(["fetch", token, deployable.id, deployable.digest.replace("sha256:", "")], 120);
    },
    switch: verb("switch"),
    clear: verb("clear"),
    start: verb("start"),
    stop: verb("stop"),
    kill: verb("kill"),
    prune: verb("prune"),
    drain: verb("drain"),
    undrain: verb("undrain"),
    ready: async () => (await get(`${base}${service.health}`))?.ok ?? false,
    load: () => loadOf(root, place, service, base),
    address: async () => ({ base }),
    close: session.close,
  };
}

async function deliver(
  home: string,
  deployable: Deployable,
  artifact: (digest: string) => Promise<string>,
): Promise<void> {
  const { id, digest } = deployable;
  const source = await artifact(digest);
  try {
    await mkdir(join(home, "incoming"), { recursive: true });
    await copyFile(source, join(home, "incoming", `${id}.tar`));
    await writeFile(join(home, "incoming", `${id}.env`), settingsOf(deployable), { mode: 0o600 });
  } catch (error) {
    throw new NodeTrouble(`the artifact could not be put on the node: ${(error as Error).message}`);
  }
}

// What the node itself holds, asked directly: a scrape from a second ago could have missed a session.
async function loadOf(root: string, place: Place, service: Service, base: string): Promise<number> {
  if (service.kind === "http") {
    const response = await get(`${edgeAddress(root, "adminPort")}/nodes/${place.name}`);
    return response?.ok ? ((await response.json()) as { inflight: number }).inflight : 0;
  }
  const response = await get(`${base}${service.metricsPath}`);
  if (!response?.ok) return 0;
  return sessionsIn(await response.text(), service);
}

async function settled(root: string, node: string, draining: boolean, within: number): Promise<boolean> {
  const condition = draining ? "draining=true" : "draining=false&healthy=true";
  const response = await get(
    `${edgeAddress(root, "adminPort")}/nodes/${node}?${condition}&within=${within}`,
    within + 2,
  );
  return response?.ok ?? false;
}

/** Where users reach the services, or null while the edge is down. Read anew each time: a healed edge may have moved. */
export function edgeAddress(root: string, port: "port" | "adminPort" = "port"): string | null {
  try {
    const address = JSON.parse(readFileSync(join(root, "edge.json"), "utf8")) as Record<string, number>;
    return Number.isInteger(address[port]) ? `http://127.0.0.1:${address[port]}` : null;
  } catch {
    return null;
  }
}

async function get(url: string, withinSeconds = 2): Promise<Response | undefined> {
  try {
    return await fetch(url, { signal: AbortSignal.timeout(withinSeconds * 1000) });
  } catch {
    return undefined;
  }
}
