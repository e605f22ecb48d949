// The local platform's edge: `node edge-process.ts <root>` balances over the nodes of that environment until SIGTERM.
import { fail } from "node:assert";
import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { adminServer } from "./edge-admin.ts";
import { edgeConfigSchema } from "./edge-config.ts";
import { Forwarder } from "./edge-forward.ts";
import { checkHealth } from "./edge-health.ts";
import type { HealthChecks } from "./edge-health.ts";
import { EdgeNodes } from "./edge-nodes.ts";
import type { EdgeNode } from "./edge-nodes.ts";
import { publicServer } from "./edge-public.ts";
import { Inventory } from "./inventory.ts";
import type { InventoryChange } from "./inventory.ts";
import { openHome, publish, unpublish } from "./process-home.ts";

const graceMilliseconds = 10_000;
const host = "127.0.0.1";
const root = process.argv[2] ?? fail("usage: node edge-process.ts <root>");

const home = openHome(root, "edge-config.json", edgeConfigSchema, {
  changed: (config) => (services = config.services),
  gone: () => void stop(),
});
let { services } = home.config;
const nodes = new EdgeNodes(home.config.upstreamTimeoutSeconds);
const checks = new Map<EdgeNode, HealthChecks>();
const forwarder = new Forwarder(nodes, (node) => checks.get(node)?.now());
const inventory = new Inventory(root, follow);
const open = await publicServer({ nodes, forwarder, services: () => services });
const admin = adminServer(nodes, look);

process.on("SIGTERM", () => void stop());
process.on("SIGINT", () => void stop());
await listen(open, home.config.port);
await admin.listen({ host, port: 0 });
publish(root, "edge.json", { pid: process.pid, port: portOf(open), adminPort: portOf(admin) });

function follow(change: InventoryChange): void {
  const before = nodes.get(change.node.name);
  const wasDraining = before?.draining;
  const node = nodes.apply(change);
  if (before !== undefined && before !== node) {
    checks.get(before)?.stop();
    checks.delete(before);
  }
  if (node === undefined) return;
  if (!checks.has(node)) checks.set(node, checkHealth(nodes, node));
  else if (wasDraining && !node.draining) checks.get(node)?.now();
}

/** Brings what is known of a node up to date for someone who waits for it. */
function look(name: string): void {
  inventory.refresh(name);
  const node = nodes.get(name);
  if (node !== undefined && !node.healthy) checks.get(node)?.now();
}

async function listen(app: FastifyInstance, port: number): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (port === 0 || (code !== "EADDRINUSE" && code !== "EACCES")) throw error;
    await app.listen({ host, port: 0 });
  }
}

function portOf(app: FastifyInstance): number {
  return (app.server.address() as AddressInfo).port;
}

/** Stops accepting, lets what is in flight finish, and exits 0; after the grace it exits anyway. */
async function stop(): Promise<void> {
  setTimeout(() => process.exit(0), graceMilliseconds).unref();
  home.close();
  if (root !== undefined) unpublish(root, "edge.json");
  // A connection that falls idle after close() began would otherwise stay open until its client leaves.
  setInterval(() => [open, admin].forEach((app) => app.server.closeIdleConnections()), 50);
  await Promise.all([open.close(), admin.close()]);
  process.exit(0);
}
