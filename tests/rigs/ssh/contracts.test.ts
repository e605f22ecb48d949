// Contract samples on machines reached by ssh: through the connection that is open anyway, sessions too; and a canary that differs.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeSshWorld } from "./world.ts";
import type { SshWorld } from "./world.ts";

let world: SshWorld;
const sample = (required: string): string =>
  [
    "name: play",
    "safe: true",
    "session: { path: /play?player=sample, send: [{ type: move }] }",
    `expect: { messages: [{ type: object, required: [${required}] }, { type: object, required: [moves] }] }`,
  ].join("\n");
const write = (required: string): void =>
  writeFileSync(join(world.repo, "contracts", "play.yaml"), sample(required));

beforeAll(async () => {
  const rollout = { waves: [1, "100%"], bake: { first: "2s", rest: "2s" }, minHealthy: "50%" };
  world = await makeSshWorld(2, { contracts: "contracts", rollout });
  mkdirSync(join(world.repo, "contracts"));
  write("player");
  expect((await world.json("up", "test")).code).toBe(0);
  await world.release("r1");
  await world.release("r2");
});

afterAll(() => world?.end());

test("they hold on the canary, through its tunnel, and on a node in place of an edge of ours", async () => {
  const first = await world.json("deploy", "test", "server", "--release", "r1");
  expect(first.document["outcome"], first.stderr).toBe("deployed");
  const { code, document } = await world.json("contracts", "check", "test");
  expect([code, document["checks"][0].sent, document["checks"][0].differences]).toEqual([0, ["play"], []]);
  expect(document["checks"][0].where).toMatch(/^server-\d+$/);
});

test("a canary that answers otherwise is rolled back, with the place", async () => {
  write("pet");
  const { document } = await world.json("deploy", "test", "server", "--release", "r2");
  expect([document["outcome"], document["wave"]]).toEqual(["rolled-back", 1]);
  expect(document["evidence"].join("\n")).toContain(
    "sample play: /messages/0/pet: expected to be there, found nothing",
  );
  expect((await world.nodes()).map(({ release, state }) => [release, state])).toEqual([
    ["r1", "running"],
    ["r1", "running"],
  ]);
});
