// Two clones of one repository, and one is behind: its verbs take the newer pins from the branch, and bring theirs back to it.
import { mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parsePinBranch } from "../../pipelines/drivers/pin-commits.ts";
import type { Pin } from "../../pipelines/drivers/pins.ts";
import { serviceOf } from "../../pipelines/environment/describe.ts";
import { openWorkspace } from "../../pipelines/environment/workspace.ts";
import { makeRelease } from "../../pipelines/release/make.ts";
import { deploy } from "../../pipelines/rollout/deploy.ts";
import { keepingPins } from "../../pipelines/rollout/keeping-pins.ts";
import { git, makeRepository } from "../support/git.ts";
import { approverLine, beginGit, commitAs, makePeople } from "../support/reviewed.ts";
import { shopOn, writeShop } from "../support/shop.ts";
import { makeWorld } from "../support/world.ts";

const world = makeWorld();
const people = makePeople();
const bare = makeRepository("--bare");
const ahead = `${bare}-ahead`;
const kept = ["--commit-pins", "origin/main"];
const prod = (more: object = {}) =>
  shopOn(world.repo, "prod", 2, { promotion: { after: "dev", soak: "0s" }, ...more });
const told = (count: number) => git(bare, "log", "--format=%s", `-${count}`, "main").split("\n");
const onBranch = (name: string): Pin =>
  JSON.parse(git(bare, "show", `main:environments/releases/${name}.json`)).shop;
const pins = (name: string) => join(world.repo, "environments", "releases", `${name}.json`);
const here = (name: string): Pin => JSON.parse(readFileSync(pins(name), "utf8")).shop;

/** In the clone that is ahead, as the verbs do it: makes the release, deploys it to dev and pushes the pins. */
async function deployedAhead(release: string): Promise<void> {
  using workspace = await openWorkspace(ahead, "dev");
  const { description } = workspace;
  const { signal } = new AbortController();
  const service = serviceOf(description, "shop");
  await makeRelease({ repo: ahead, service, release, set: { NEW: release }, signal });
  const order = { service: "shop", release, hotfix: false, breakGlass: false, acceptWave: false, reason: "" };
  const branch = parsePinBranch("origin/main");
  await keepingPins(workspace, { branch, service: "shop", tell: () => {} }, async (tell) => ({
    deployed: await deploy(workspace, { ...order, pins: branch }, { tell, signal }),
  }));
}

beforeAll(async () => {
  writeShop(world.repo);
  shopOn(world.repo, "dev", 1);
  prod();
  beginGit(world.repo);
  commitAs(world.repo, "ann@example.com");
  git(world.repo, "remote", "add", "origin", bare);
  git(world.repo, "push", "--quiet", "origin", "main");
  git(bare, "clone", "--quiet", bare, ahead);
  const raised = await Promise.all(["dev", "prod"].map((name) => world.run("up", name)));
  expect(raised.map(({ code, stderr }) => (code === 0 ? "" : stderr))).toEqual(["", ""]);
  // One team: fleet, releases and journal are the same for both.
  mkdirSync(join(world.repo, ".surefoot"), { recursive: true });
  symlinkSync(join(world.repo, ".surefoot"), join(ahead, ".surefoot"));
  await deployedAhead("r1");
});

afterAll(async () => {
  people.end();
  for (const folder of [bare, ahead]) rmSync(folder, { recursive: true, force: true });
  await world.end();
});

test("promote finds what the other clone verified, and the branch has the new pin when it began and when it ended", async () => {
  const head = git(world.repo, "rev-parse", "HEAD");
  const without = await world.json("promote", "prod", "shop");
  expect(without.document["error"].code).toBe("E_NOT_PROMOTED");
  const { document } = await world.json("promote", "prod", ...kept);
  expect(document["promotions"]?.[0].outcome, JSON.stringify(document)).toBe("deployed");
  expect(told(4)).toEqual([
    "prod: shop r1 is verified",
    "prod: shop r1",
    "dev: shop r1 is verified",
    "dev: shop r1",
  ]);
  expect(onBranch("prod")).toEqual(here("prod"));
  expect(onBranch("prod")).toMatchObject({ current: { release: "r1" }, verifiedAt: expect.any(String) });
  expect(git(world.repo, "rev-parse", "HEAD")).toBe(head);
}, 240_000);

test("what is rolled back is told to the branch as a revert with its hold, by promote and by deploy", async () => {
  // What the other clone has in hand when it begins does not matter either: what counts is the branch, once the lease is held.
  rmSync(join(ahead, "environments", "releases", "dev.json"));
  await deployedAhead("r2");
  expect(onBranch("dev").history.map(({ release }) => release)).toEqual(["r1"]);
  prod({ config: { ODD: "1" } });
  const { document } = await world.json("promote", "prod", "shop", ...kept);
  expect([document["outcome"], document["release"]]).toEqual(["rolled-back", "r2"]);
  expect(told(1)).toEqual(['Revert "prod: shop r2"']);
  expect(onBranch("prod")).toMatchObject({ current: { release: "r1" }, hold: { release: "r2", all: false } });
  prod();
  // Behind again, in both: without the branch, r1 would not be known to have been good here.
  for (const name of ["dev", "prod"]) rmSync(pins(name));
  const again = await world.json("deploy", "prod", "shop", "--release", "r1", ...kept);
  expect(again.document["outcome"], again.stderr).toBe("deployed");
  expect(onBranch("prod")).toEqual(here("prod"));
  expect(onBranch("prod").hold).toMatchObject({ release: "r2" });
}, 240_000);

test("up and approve only read them: what is signed here is what a run that has the branch's pins will make", async () => {
  const [ann, bob] = [people.person("ann@example.com"), people.person("bob@example.com")];
  prod({ approval: { people: 1 } });
  commitAs(world.repo, ann, { "environments/approvers": approverLine(ann) + approverLine(bob) });
  const plan = async (...words: string[]) =>
    (await world.json("approve", "prod", "--infra-only", "--plan", ...words)).document;
  const [tip] = [git(bare, "rev-parse", "main"), rmSync(pins("prod"))];
  const [behind, level] = [await plan(), await plan("--pins", "origin/main")];
  expect(behind["plan"].pins).toEqual([]);
  expect(level["plan"].pins).toMatchObject([{ service: "shop", id: onBranch("prod").current?.id }]);
  expect(level["digest"]).not.toBe(behind["digest"]);
  rmSync(pins("dev"));
  expect((await world.run("up", "dev", "--pins", "origin/main")).code).toBe(0);
  expect(here("dev")).toEqual(onBranch("dev"));
  expect(git(bare, "rev-parse", "main")).toBe(tip);
  const wrong = await world.run("up", "dev", "--pins", "nowhere");
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("is not <remote>/<branch>")]);
}, 240_000);
