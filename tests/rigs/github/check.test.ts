// The checks of a push, by act: a right description passes, a broken one fails and is told by its place.
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeGithubWorld, onThisMachine } from "./world.ts";
import type { GithubWorld } from "./world.ts";

let world: GithubWorld;
const check = () => world.act("push", "check", { job: "descriptions" });

beforeAll(async () => {
  world = await makeGithubWorld({ dev: onThisMachine(1) });
  world.push("The first release");
}, 600_000);

afterAll(() => world.end());

test("right descriptions pass, on the engine and Node that the set-up brings", async () => {
  const { code, jobs, text } = await check();
  expect(code, text).toBe(0);
  expect(jobs).toEqual({ "check/surefoot check": "success" });
  expect(text).toContain("dev: right");
  expect(text).toMatch(/cache: surefoot-engine-Linux-X64-[0-9a-f]{64}\n/);
});

test("a broken one fails, with file, line and column", async () => {
  world.edit("environments/dev.yaml", (text) => text.replace("nodes: 1", "nodes: none"));
  world.push("Slipped");
  const { code, jobs, text } = await check();
  expect(code).toBe(1);
  expect(jobs).toEqual({ "check/surefoot check": "failure" });
  expect(text).toMatch(/environments\/dev\.yaml:\d+:\d+/);
});
