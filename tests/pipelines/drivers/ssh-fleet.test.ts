// When a node counts as drained and as back: by the balancer's word, and without one by the node's own health answer.
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Service } from "../../../environments/shape.ts";
import { sshFleet, sshNode } from "../../../pipelines/drivers/ssh-fleet.ts";
import type { SshConnection } from "../../../pipelines/drivers/ssh-connection.ts";
import type { Balancer } from "../../../pipelines/drivers/ssh-hooks.ts";
import { describedFor } from "../../infra/platforms/ssh/described.ts";
import { temporaryFolder } from "../../support/store.ts";

const { server: service } = describedFor({ hosts: [] }, 1).services as { server: Service };
const host = {
  name: "server-01",
  service: "server",
  address: "10.0.0.1",
  port: 22,
  zone: "b",
  servicePort: 8080,
};

/** A node whose script says yes to everything, with a service behind a socket that is healthy as `health` says. */
async function nodeWith(health: () => boolean, balancer?: Balancer) {
  const path = join(temporaryFolder(), "t");
  const web = createServer((_request, response) => response.writeHead(health() ? 200 : 503).end());
  await new Promise<void>((resolve) => void web.listen(path, resolve));
  const script = 'while read -r id rest; do echo "$id ok state=running release=r1+ab"; done';
  const connection: SshConnection = {
    host,
    open: () => spawn("sh", ["-c", script], { stdio: "pipe" }),
    explain: (said) => said,
    end: (child) => void child.kill(),
    tunnel: () => path,
    riding: () => [],
  };
  const deliver = async (): Promise<void> => {};
  const node = sshNode(connection, { service, balancer, deliver, artifact: async () => "" });
  onTestFinished(() => {
    node.close();
    web.close();
  });
  return { node, fleet: sshFleet([node]) };
}

it("takes the balancer's word, and keeps what it complained of", async () => {
  const asked: string[] = [];
  const answers = ["no such pool", null];
  const told = (what: string) => async () => {
    asked.push(what);
    return answers.shift() ?? null;
  };
  const { node, fleet } = await nodeWith(() => true, { drain: told("drain"), undrain: told("undrain") });
  await node.drain(1);
  expect([await fleet.settled("server-01", true, 1), fleet.complaint("server-01")]).toEqual([
    false,
    "no such pool",
  ]);
  await node.drain(1);
  expect([await fleet.settled("server-01", true, 1), fleet.complaint("server-01")]).toEqual([
    true,
    undefined,
  ]);
  expect(await fleet.settled("server-01", false, 1)).toBe(false);
  await node.undrain(1);
  expect(await fleet.settled("server-01", false, 1)).toBe(true);
  expect(asked).toEqual(["drain", "drain", "undrain"]);
});

it("leaves a node without a release out of the balancer", async () => {
  let undrained = 0;
  const undrain = async (): Promise<null> => {
    undrained += 1;
    return null;
  };
  const { node } = await nodeWith(() => true, { drain: async () => null, undrain });
  await node.clear(1);
  await node.undrain(1);
  expect(undrained).toBe(0);
  await node.undrain(1);
  expect(undrained).toBe(1);
});

it("without a balancer waits for the health answer to turn, and counts a node that cannot turn as drained", async () => {
  let healthy = true;
  const { node, fleet } = await nodeWith(() => healthy);
  const drained = fleet.settled("server-01", true, 60);
  healthy = false;
  expect(await drained).toBe(true);
  expect(await fleet.settled("server-01", false, 0.3)).toBe(false);
  healthy = true;
  expect(await fleet.settled("server-01", false, 60)).toBe(true);
  expect(await fleet.settled("server-01", true, 0.3)).toBe(true);
  await node.status();
  expect(node.known()?.current).toBe("r1+ab");
});
