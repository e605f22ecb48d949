// kill -9 of `up` while a machine is being set up: the next command, `up` or `down`, takes that machine over.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { processesOf } from "../../support/world.ts";
import { makeSshWorld } from "./world.ts";
import type { SshWorld } from "./world.ts";

vi.setConfig({ testTimeout: 120_000 });
const rollout = { waves: [1, "100%"], minHealthy: "50%", bake: { first: "1s", rest: "1s" } };
let world: SshWorld;

beforeAll(async () => {
  world = await makeSshWorld(2, { rollout });
});

afterAll(() => world?.end());

const keepers = (): number[] =>
  world.machines.all.map(
    ({ entry }) => processesOf(entry.root).filter(({ command }) => command.includes("node.sh keeper")).length,
  );

/** An `up` that is killed once the first machine is done and while the second one still hangs. */
async function killedUp(): Promise<void> {
  const second = world.machines.of("server-02");
  second.signal("SIGSTOP");
  const run = world.start("up", "test");
  await run.said("create server-01");
  run.child.kill("SIGKILL");
  await run.ended;
  second.signal("SIGCONT");
  await world.run("unlock", "test", "--reason", "its holder was killed");
}

test("up goes on: one node on each machine, and then nothing is left to do", async () => {
  await killedUp();
  const next = await world.counted("up", "test");
  expect([next.code, keepers()], next.stderr).toEqual([0, [1, 1]]);
  expect(next.stderr).toContain("found again server-02");
  expect((await world.counted("up", "test")).document.changes).toEqual([]);
});

test("down takes away also what the engine had only begun to write down", async () => {
  // The machine has a node, and of it the engine knows no more than that it is about to be made.
  rmSync(join(world.repo, ".surefoot", "pulumi"), { recursive: true });
  await killedUp();
  const { code, stderr } = await world.run("down", "test", "--destroy", "test");
  expect([code, keepers()], stderr).toEqual([0, [0, 0]]);
});
