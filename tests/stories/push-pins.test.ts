// git push deploys real names on this machine: pins are commits, prod waits for a person, and nothing that was taken back returns.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { git } from "../support/git.ts";
import { approverLine, makePeople } from "../support/reviewed.ts";
import { makeTeam } from "../support/team.ts";
import type { Team } from "../support/team.ts";

const people = makePeople();
const [ann, bob] = [people.person("ann@example.com"), people.person("bob@example.com")];
let team: Team;
beforeAll(() => {
  team = makeTeam();
  rmSync(join(team.repo, "environments", "staging.yaml"));
  const base = parse(readFileSync(join(team.repo, "environments", "base.yaml"), "utf8"));
  const rollout = { waves: ["100%"], minHealthy: "0%", bake: { first: "1s", rest: "1s" } };
  const config = { IMAGE_HOST: "https://images.example.com" };
  const app = { ...base.services.app, nodes: 1, startWithin: "5s", stopWithin: "3s", config, rollout };
  team.describe("dev", { platform: "local", services: { app } });
  const gates = { promotion: { after: "dev", soak: "1s" }, approval: { people: 1 } };
  team.describe("prod", { platform: "local", services: { app }, ...gates });
  writeFileSync(join(team.repo, "environments", "approvers"), approverLine(ann) + approverLine(bob));
  team.commit("dev and prod");
});
afterAll(async () => {
  for (const name of ["dev", "prod"]) await team.run("down", name, "--destroy", name);
  people.end();
  await team.end();
});

const push = () => team.push("here", "HEAD:main").ended;
const pull = () => git(team.repo, "pull", "--quiet", "--rebase", "here", "main");
const bare = () => join(team.repo, ".surefoot", "remotes", "here.git");
const told = (count: number) => git(bare(), "log", "--format=%s", `-${count}`, "main").split("\n");
const pinIn = (name: string) =>
  JSON.parse(git(bare(), "show", `main:environments/releases/${name}.json`))["app"];
const deliver = (...names: string[]) => team.json("deliver", ...names, "--commit-pins", "here/main");

test("the first push reaches dev and waits at prod; what a person then signs is what the next push carries out", async () => {
  await team.run("remote", "add", "here", "--to", "dev", "prod");
  const first = await push();
  expect(first.code).toBe(0);
  expect(first.stderr).toMatch(
    /prod: waiting[^]*E_APPROVAL_MISSING[^]*Next: surefoot approve prod .*--allow-empty/,
  );
  expect(first.stderr).toContain("git pull --rebase here main");
  pull();
  const { digest } = await team.json("approve", "prod", "--plan");
  expect(first.stderr).toContain(digest);
  await team.run("approve", "prod", "--digest", digest, "--key", bob.key, "--reason", "looked at it");
  git(team.repo, "commit", "--quiet", "--allow-empty", "--message", "go on");
  expect((await push()).stderr).toMatch(/dev unchanged, prod delivered/);
  expect(told(2)).toEqual([
    expect.stringMatching(/^prod: app .* is verified$/),
    expect.stringMatching(/^prod: app /),
  ]);
  expect(pinIn("prod").current.id).toBe(pinIn("dev").current.id);
}, 240_000);

test("a broken release leaves a revert; where that is lost, neither up nor the next push brings the release again", async () => {
  pull();
  const good = pinIn("dev").current.release;
  team.edit("examples/app/main.ts", "const ready = !config", "const ready = config");
  team.commit("broken");
  expect((await push()).stderr).toMatch(/dev rolled-back, prod skipped/);
  expect(told(1)[0]).toMatch(/^Revert "dev: app /);
  git(bare(), "update-ref", "refs/heads/main", git(bare(), "rev-parse", "main~1"));
  pull();
  await team.run("up", "dev");
  const { services } = await team.json("status", "dev");
  expect(services[0].nodes.map(({ release }: { release: string }) => release)).toEqual([good]);
  team.edit("README.md", "# Surefoot", "# Surefoot of the team");
  team.commit("a word");
  expect((await push()).stderr).toMatch(/dev: unchanged: .* held/);
  expect(told(1)[0]).toMatch(/^Revert "dev: app /);
  expect(pinIn("dev")).toMatchObject({ current: { release: good }, hold: { all: false } });
}, 240_000);

test("a delivery from the clone pushes its pins without waiting for itself; an older commit is refused after it", async () => {
  git(team.repo, "checkout", "--quiet", "--force", "main");
  pull();
  const older = git(team.repo, "log", "-1", "--format=%H", "--author=Ann");
  team.edit("examples/app/main.ts", "const ready = config", "const ready = !config");
  team.commit("mended");
  expect(await deliver("dev")).toMatchObject({ outcome: "done", legs: [{ outcome: "delivered" }] });
  expect(told(1)[0]).toMatch(/^dev: app .* is verified$/);
  git(team.repo, "checkout", "--quiet", "--force", "--detach", older);
  const { legs } = await deliver("dev");
  expect(legs).toMatchObject([{ outcome: "failed", reason: expect.stringContaining("E_COMMIT") }]);
}, 240_000);
