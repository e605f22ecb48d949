// What goes over one connection: a release that is cut on its way and goes on, hostile words, what a node says of itself.
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Service } from "../../../environments/shape.ts";
import { sshNodeHost } from "../../../infra/platforms/ssh/node-host.ts";
import { scriptDigest } from "../../../infra/platforms/ssh/script.ts";
import { openSshNodes } from "../../../pipelines/drivers/ssh-nodes.ts";
import type { Deployable, FleetNode } from "../../../pipelines/rollout/fleet.ts";
import { tarOf } from "../../support/tar-writer.ts";
import { startMachines } from "./hosts.ts";
import type { Machine, Machines } from "./hosts.ts";

let machines: Machines;
let machine: Machine;
const host = sshNodeHost("/", []);
const service = {
  name: "server",
  kind: "sessions",
  config: { HOST: "127.0.0.1" },
  health: "/healthz",
  metricsPath: "/metrics",
  metrics: {
    requests: "requests",
    errors: "errors",
    latency: "latency",
    sessions: "sessions",
  },
} as unknown as Service;

const inputs = () => {
  const { service: name, zone, address, port, root, servicePort } = machine.entry;
  const where = {
    environment: "test",
    service: name,
    kind: "sessions",
    zone,
    address,
    port,
    user: "",
    root,
    servicePort,
  };
  return { ...where, script: scriptDigest(), config: machines.config, connectWithin: 5, startsAtOnce: 4 };
};

beforeAll(async () => {
  machines = await startMachines({ server: 1 });
  machine = machines.of("server-01");
  await host.create("server-01", inputs());
});

afterAll(async () => {
  try {
    await host.remove("server-01", inputs());
    expect(existsSync(machine.entry.root)).toBe(false);
  } finally {
    await machines.end();
  }
});

/** The node over a connection of its own, which ends with the test. */
function open(file: string): FleetNode {
  const ssh = { config: machines.config, connectWithin: 5, startsAtOnce: 2, hooks: {} };
  const nodes = openSshNodes({ repo: "/", ssh, services: { server: service }, artifact: async () => file });
  onTestFinished(nodes.close);
  const [node] = nodes.fleet(service, [machine.entry]).nodes;
  if (node === undefined) throw new Error("the fleet is empty");
  return node;
}

function release(id: string, file: string, more: Partial<Deployable> = {}): Deployable {
  const digest = `sha256:${createHash("sha256").update(readFileSync(file)).digest("hex")}`;
  return { id, release: id, digest, configHash: "", config: {}, start: "exec tail -f /dev/null", ...more };
}

const incoming = (name: string): string => join(machine.entry.root, "incoming", name);
const sizeOf = (file: string): number => (existsSync(file) ? statSync(file).size : 0);

test("a transfer that is cut in the middle goes on where it was, over the next connection", async () => {
  const file = join(machines.folder, "large.tar");
  writeFileSync(file, tarOf({ name: "main.txt", body: randomBytes(96 * 1024 * 1024) }));
  const node = open(file);
  const before = machine.accepted();
  // The connection that the transfer will ride on: to look for it later would take longer than the transfer.
  await node.status();
  const cut = machine.scissors();
  const part = incoming("r1+aa.tar.part");
  const sent = node.fetch(1, release("r1+aa", file));
  await expect.poll(() => sizeOf(part), { interval: 2, timeout: 20_000 }).toBeGreaterThan(8 * 1024 * 1024);
  cut();
  await expect.poll(() => machine.accepted(), { interval: 2, timeout: 20_000 }).toBe(before + 2);
  const kept = sizeOf(part);
  expect(kept).toBeGreaterThan(8 * 1024 * 1024);
  let least = Number.POSITIVE_INFINITY;
  const look = setInterval(() => {
    if (existsSync(part)) least = Math.min(least, sizeOf(part));
  }, 2);
  await sent.finally(() => clearInterval(look));
  expect(least).toBeGreaterThanOrEqual(kept);
  expect((await node.status()).retained).toContain("r1+aa");
  expect(machine.accepted()).toBe(before + 2);
});

test("what is left of another file is not gone on with", async () => {
  const file = join(machines.folder, "other.tar");
  writeFileSync(file, tarOf({ name: "main.txt", body: randomBytes(300_000) }));
  const node = open(file);
  await node.status();
  writeFileSync(incoming("r2+bb.tar.part"), randomBytes(100_000));
  // The machine's user, whoever it is, must be able to go on with it.
  chmodSync(incoming("r2+bb.tar.part"), 0o666);
  await node.fetch(1, release("r2+bb", file));
  expect((await node.status()).retained).toContain("r2+bb");
});

test("a release with the wrong digest never becomes a release", async () => {
  const file = join(machines.folder, "wrong.tar");
  writeFileSync(file, tarOf({ name: "main.txt", body: randomBytes(1000) }));
  const node = open(file);
  const digest = `sha256:${"0".repeat(64)}`;
  await expect(node.fetch(1, release("r3+cc", file, { digest }))).rejects.toThrow(
    /server-01: fetch wrong digest for r3\+cc/,
  );
  expect((await node.status()).retained).not.toContain("r3+cc");
});

test("config reaches the service as it was written, whatever is in it", async () => {
  const file = join(machines.folder, "hostile.tar");
  writeFileSync(file, tarOf({ name: "main.txt", body: Buffer.from("x") }));
  const hostile = `$(touch ${machines.folder}/harm) '"; touch ${machines.folder}/harm; \`id\` \\ $HOME`;
  const out = join(machine.entry.root, "told");
  const node = open(file);
  const start = `printf '%s\\n' "$VALUE" "$PORT" "$NODE_NAME" >'${out}.new' && mv '${out}.new' '${out}'; exec tail -f /dev/null`;
  const given = release("r4+dd", file, { config: { VALUE: hostile }, start });
  await node.fetch(2, given);
  await node.switch(2, given.id);
  await node.start(2);
  await expect.poll(() => existsSync(out), { timeout: 10_000 }).toBe(true);
  expect(readFileSync(out, "utf8")).toBe(`${hostile}\n${machine.entry.servicePort}\nserver-01\n`);
  expect(existsSync(join(machines.folder, "harm"))).toBe(false);
  await node.stop(2);
  await expect(node.start(1)).rejects.toThrow(/obeys a newer holder of the lease \(token 2\)/);
});
