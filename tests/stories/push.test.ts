// git push deploys: through dev, staging and prod, rehearsed here; a broken release stops in dev; a broken description is not taken.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { git } from "../support/git.ts";
import { makeTeam } from "../support/team.ts";
import type { Team } from "../support/team.ts";
import { small } from "../support/world.ts";

const names = ["dev", "staging", "prod"] as const;
const ids = names.map((name) => `local/${name}`);
let team: Team;
beforeAll(() => {
  team = makeTeam();
  for (const [index, name] of names.entries()) describe(name, index === 2 ? 2 : 1);
  team.commit("small environments");
});
afterAll(() => team.end(...ids));

/** One app, and servers; each environment after the one before. */
function describe(name: (typeof names)[number], nodes: number): void {
  const app = { nodes: 1, startWithin: "5s", rollout: { minHealthy: "0%", waves: ["100%"] } };
  const description = small({ nodes }, app);
  const after = names[names.indexOf(name) - 1];
  team.describe(name, {
    ...description,
    rehearsal: { bake: { first: "1s", rest: "1s" }, soak: "1s" },
    ...(after === undefined ? {} : { promotion: { after } }),
  });
}

const pinsOf = (name: string): Record<string, any> =>
  JSON.parse(readFileSync(join(team.repo, ".surefoot", "pins", `${name}.json`), "utf8"));
const pinned = (service: string): string[] =>
  names.map((name) => pinsOf(name)[service]?.current?.release as string);

test("a remote is made once, and its name is what stands in the way of a second one", async () => {
  const { stdout } = await team.run("remote", "add", "rehearsal");
  expect(stdout).toContain("local/dev -> local/staging -> local/prod");
  expect((await team.json("remote", "add", "rehearsal"))["error"].code).toBe("E_REMOTE");
});

test("the first push brings all three up and rolls the services out, one environment after the other", async () => {
  const { code, stderr } = await team.push("rehearsal", "HEAD:main").ended;
  expect(code).toBe(0);
  const ends = ids.map((id) => stderr.search(new RegExp(`${id}: delivered`)));
  expect(ends).not.toContain(-1);
  expect(ends).toEqual(ends.toSorted((a, b) => a - b));
  expect(new Set(pinned("app")).size).toBe(1);
}, 240_000);

test("a commit that changes nodes and app reaches all three, and leaves the server as it is", async () => {
  const server = pinned("server");
  describe("prod", 3);
  team.edit("examples/app/route.ts", 'service: "app"', 'service: "app", edition: 2');
  team.commit("prod: 3 servers; app: edition 2");
  const { code } = await team.push("rehearsal", "HEAD:main").ended;
  expect(code).toBe(0);
  expect(pinned("server")).toEqual(server);
  const { services } = await team.json("status", "local/prod");
  const [serverNow, appNow] = ["server", "app"].map((name) =>
    services.find((one: { name: string }) => one.name === name),
  );
  expect(serverNow.nodes.map((node: { release: string }) => node.release)).toEqual(
    server.concat().fill(server[0] ?? ""),
  );
  expect(serverNow.nodes).toHaveLength(3);
  expect(new Set([...pinned("app"), appNow.pin]).size).toBe(1);
}, 240_000);

test("a broken description is refused with every complaint, and the branch does not move", async () => {
  team.edit("environments/prod.yaml", "nodes: 3", "nodes: many");
  team.edit("environments/staging.yaml", "after: dev", "aftr: dev");
  team.commit("two mistakes");
  const { code, stderr } = await team.push("rehearsal", "HEAD:main").ended;
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/environments\/prod\.yaml:\d+:\d+ services\.server\.nodes/);
  expect(stderr).toMatch(/environments\/staging\.yaml:\d+:\d+ promotion\.aftr/);
  expect(git(team.repo, "ls-remote", "rehearsal", "main").split("\t")[0]).toBe(
    git(team.repo, "rev-parse", "HEAD~1"),
  );
  git(team.repo, "reset", "--quiet", "--hard", "HEAD~1");
});

test("a broken release stops in dev; staging and prod never see it; the fix goes through, queued behind another push", async () => {
  const before = pinned("app");
  team.edit("examples/app/route.ts", "edition: 2", "edition: 3");
  team.edit(
    "examples/app/main.ts",
    "const ready = !config.faults.neverReady",
    "const ready = config.faults.neverReady",
  );
  team.commit("edition 3, broken");
  const broken = await team.push("rehearsal", "HEAD:main").ended;
  expect(broken.stderr).toMatch(/local\/dev rolled-back, local\/staging skipped, local\/prod skipped/);
  expect(pinned("app")).toEqual(before);
  expect(pinsOf("dev")["app"].hold.release).not.toBe(before[0]);
  // Nothing of the app changed: what was rolled back does not come again by itself.
  team.edit("README.md", "# Surefoot", "# Surefoot of the team");
  team.commit("a word");
  const first = team.push("rehearsal", "HEAD:main");
  await expect.poll(first.heard, { timeout: 60_000 }).toContain("local/dev");
  team.edit(
    "examples/app/main.ts",
    "const ready = config.faults.neverReady",
    "const ready = !config.faults.neverReady",
  );
  team.commit("edition 3, mended");
  const second = team.push("rehearsal", "HEAD:main");
  const [one, two] = await Promise.all([first.ended, second.ended]);
  expect(one.stderr).toContain("held");
  expect(two.stderr).toContain("waits: 1 delivery comes first");
  expect(two.stderr).toMatch(/local\/prod: delivered/);
  expect(pinned("app")[2]).not.toBe(before[2]);
}, 300_000);

test("a push that is cancelled leaves no lease, and the next one goes on", async () => {
  team.edit("examples/app/route.ts", "edition: 3", "edition: 4");
  team.commit("edition 4");
  const push = team.push("rehearsal", "HEAD:main");
  await expect.poll(push.heard, { timeout: 120_000 }).toContain("app: wave 1");
  process.kill(-(push.child.pid ?? 0), "SIGINT");
  await push.ended;
  await expect
    .poll(async () => (await team.json("status", "local/dev"))["lease"], { timeout: 60_000 })
    .toBeNull();
  team.edit("README.md", "of the team", "of our team");
  team.commit("a word");
  const { stderr } = await team.push("rehearsal", "HEAD:main").ended;
  expect(stderr).toMatch(/local\/prod: delivered/);
  expect(new Set(pinned("app")).size).toBe(1);
}, 300_000);
