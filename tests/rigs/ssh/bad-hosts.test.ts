// Machines that give trouble while a release goes out: each is named with its cause and counted in the failure budget.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { spreadOrder } from "../../../pipelines/rollout/order.ts";
import { processesOf } from "../../support/world.ts";
import { describeSsh, makeSshWorld } from "./world.ts";
import type { SshWorld } from "./world.ts";

vi.setConfig({ testTimeout: 180_000 });

const count = 12;
const [down, full, changed, hanging] = ["server-02", "server-03", "server-04", "server-05"] as const;
// Only root may give a machine a small disk of its own.
const mounts = process.getuid?.() === 0;
const choice = (failureBudget: number) => ({
  rollout: {
    waves: [2, "50%", "100%"],
    minHealthy: "50%",
    failureBudget,
    bake: { first: "3s", rest: "3s" },
    smokeRestart: false,
  },
});

let world: SshWorld;
const rootOf = (name: string): string => world.machines.of(name).entry.root;

beforeAll(async () => {
  world = await makeSshWorld(count, choice(4));
  const disk = "size=24m,uid=65534,gid=65534,mode=700";
  if (mounts) execFileSync("mount", ["-t", "tmpfs", "-o", disk, "surefoot-rig", rootOf(full)]);
  const up = await world.counted("up", "test");
  expect(up.code, up.stderr).toBe(0);
  await world.release("r1");
  const first = await world.counted("deploy", "test", "server", "--release", "r1");
  expect(first.document.outcome, first.stderr).toBe("deployed");
});

afterAll(async () => {
  world?.machines.all.forEach((machine) => machine.signal("SIGCONT"));
  const mounted = mounts && world !== undefined ? rootOf(full) : undefined;
  await world?.run("down", "test", "--destroy", "test");
  if (mounted !== undefined) execFileSync("umount", ["-l", mounted]);
  await world?.end();
});

/** Fills the machine's disk but for what the node itself writes from minute to minute. */
function fillDisk(): void {
  const leave = 128 * 1024;
  const free = Number(
    execFileSync("df", ["--output=avail", "-B1", rootOf(full)], { encoding: "utf8" }).split("\n")[1],
  );
  execFileSync("fallocate", ["-l", String(free - leave), join(rootOf(full), "filler")]);
}

/** A seed that keeps what will go wrong out of the first wave, and what will hang out of the second. */
function seedFor(): string {
  const lost = new Set<string>([down, changed]);
  const fleet = world.machines.all.map(({ entry }) => entry).filter(({ name }) => !lost.has(name));
  for (let seed = 0; ; seed += 1) {
    const order = spreadOrder(fleet, String(seed)).map(({ name }) => name);
    const at = (name: string): number => order.indexOf(name);
    if (at(full) >= 2 && at(full) < 6 && at(hanging) >= 7) return String(seed);
  }
}

test("one is down, one has a full disk, one another host key, one hangs: the release goes out to the others, and each is named", async () => {
  await world.release("r2");
  await world.machines.of(down).stop();
  await world.machines.of(changed).changeKey();
  if (mounts) fillDisk();
  const run = world.start("deploy", "test", "server", "--release", "r2", "--seed", seedFor(), "--json");
  await run.said(/wave 2: bakes/);
  world.machines.of(hanging).signal("SIGSTOP");
  const { stdout, stderr } = await run.ended;
  const document = JSON.parse(stdout);
  const reasons = Object.fromEntries(document.failedNodes.map((one: any) => [one.node, one.reason]));
  expect(document.outcome, `${stderr}${stdout}`).toBe("deployed");
  expect(reasons).toEqual({
    [down]: expect.stringMatching(
      /^unreachable before the start: nothing listens at .*: connection refused$/,
    ),
    [changed]: expect.stringMatching(
      /^unreachable before the start: its host key changed: refused; .* ssh-keygen -f '.*' -R '\[127\..*\]:2222'/,
    ),
    ...(mounts ? { [full]: expect.stringMatching(/No space left on device/) } : {}),
    [hanging]: expect.stringMatching(
      /the host hangs: no sign of life for 10 s|no answer to \w+ within 15 s|timed out/,
    ),
  });
  expect(
    document.touchedNodes.length -
      document.failedNodes.filter((one: any) => document.touchedNodes.includes(one.node)).length,
  ).toBe(count - (mounts ? 4 : 3));
});

test("more of them than the failure budget allows: refused before anything is touched, each with its cause", async () => {
  describeSsh(world, world.machines, choice(2));
  await world.release("r3");
  const { code, document, stderr } = await world.counted("deploy", "test", "server", "--release", "r3");
  expect([code, document.error?.code ?? document.code], JSON.stringify(document)).toEqual([
    expect.any(Number),
    "E_CAPACITY",
  ]);
  expect(code, stderr).not.toBe(0);
  for (const cause of [
    /server-02: nothing listens/,
    /server-04: its host key changed/,
    /server-05: .*timed out/,
  ])
    expect(stderr + JSON.stringify(document)).toMatch(cause);
});

test("a machine that is down fails its own resource at up, by name, and the others are brought up", async () => {
  world.machines.of(hanging).signal("SIGCONT");
  await world.machines.of(changed).stop();
  const keeper = (): number =>
    Number(readFileSync(join(rootOf("server-06"), "run", "keeper"), "utf8").split(" ")[0]);
  const before = keeper();
  process.kill(before, "SIGKILL");
  const { code, stderr } = await world.run("up", "test");
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/server-02: nothing listens at/);
  expect(stderr).toMatch(/server-04: nothing listens at/);
  expect(keeper()).not.toBe(before);
});

test("once they are mended, up puts all of them on the pin", async () => {
  rmSync(join(rootOf(full), "filler"), { force: true });
  await world.machines.of(down).start();
  await world.machines.of(changed).start();
  world.machines.know();
  describeSsh(world, world.machines, choice(4));
  const up = await world.counted("up", "test");
  expect(up.code, up.stderr).toBe(0);
  const nodes = await world.nodes();
  expect(nodes.map(({ release, state }) => [release, state])).toEqual(nodes.map(() => ["r2", "running"]));
});

test("kill -9 of the command leaves no ssh behind, and the next one goes on", async () => {
  const run = world.start("deploy", "test", "server", "--release", "r3", "--json");
  await run.said(/wave 1: bakes/);
  const held = () => processesOf(world.machines.folder).filter(({ command }) => command.startsWith("ssh "));
  expect(held().length).toBe(count);
  run.child.kill("SIGKILL");
  await run.ended;
  await expect.poll(() => held().length, { timeout: 20_000 }).toBe(0);
  await world.run("unlock", "test", "--reason", "its holder was killed");
  const on = await world.counted("deploy", "test", "server", "--release", "r3");
  expect([on.document.outcome, on.code], on.stderr).toEqual(["deployed", 0]);
});

test("a machine that is gone for good keeps down from ending, until it is told to forget it", async () => {
  const gone = "server-12";
  await world.machines.of(gone).stop();
  const refused = await world.counted("down", "test", "--destroy", "test");
  expect([refused.code, refused.document["error"].code]).toEqual([1, "E_ENGINE"]);
  expect(refused.document["error"].details.join("\n")).toContain(`--forget ${gone}`);
  const ended = await world.counted("down", "test", "--destroy", "test", "--forget", gone);
  expect(ended.code, ended.stderr).toBe(0);
  expect(new Set((await world.nodes()).map(({ state }) => state))).toEqual(new Set(["unreachable"]));
  execFileSync("sh", [join(rootOf(gone), "node.sh"), "halt", "5"]);
});
