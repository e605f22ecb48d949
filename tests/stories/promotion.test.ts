// A release on its way dev -> staging -> prod: what stops it, what lifts that, and a canary that answers in another shape.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Pin } from "../../pipelines/drivers/pins.ts";
import { serviceOf } from "../../pipelines/environment/describe.ts";
import { openWorkspace } from "../../pipelines/environment/workspace.ts";
import type { Workspace } from "../../pipelines/environment/workspace.ts";
import { promote } from "../../pipelines/promotion/run.ts";
import { makeRelease } from "../../pipelines/release/make.ts";
import { deploy } from "../../pipelines/rollout/deploy.ts";
import { refusalFrom } from "../support/refusal.ts";
import { approverLine, beginGit, commitAs, makePeople } from "../support/reviewed.ts";
import { shopOn, writeShop } from "../support/shop.ts";
import { makeWorld } from "../support/world.ts";

const world = makeWorld();
const people = makePeople();
const pin = (name: string): Pin =>
  JSON.parse(readFileSync(join(world.repo, "environments", "releases", `${name}.json`), "utf8")).shop;
/** In this process, as the verb does it: starting one each time would take longer than all of the story. */
const within = async <T>(id: string, work: (workspace: Workspace) => Promise<T>): Promise<T> => {
  using workspace = await openWorkspace(world.repo, id);
  return await work(workspace);
};
const signal = new AbortController().signal;
const watching = { tell: () => {}, signal };
const order = { service: "shop", hotfix: false, breakGlass: false, acceptWave: false, reason: "a story" };
const promoted = (id: string, more: object = {}) =>
  within(id, (at) => promote(at, { ...order, liftHold: false, wait: false, ...more }, watching));
const deployed = (id: string, release: string) =>
  within(id, (at) => deploy(at, { ...order, release }, watching));
const released = (release: string, set: Record<string, string> = {}) =>
  within("dev", ({ description, repo }) =>
    makeRelease({ repo, service: serviceOf(description, "shop"), release, set, signal }),
  );
const staging = (soak = "0s") =>
  shopOn(world.repo, "staging", 1, { config: { FLAG: "on" }, promotion: { after: "dev", soak } });
const prod = (promotion: object = {}, config: object = {}) =>
  shopOn(world.repo, "prod", 2, { config, promotion: { after: "staging", soak: "0s", ...promotion } });
const accept = [{ service: "shop", key: "FLAG", reason: "tried in staging first", owner: "ann" }];

beforeAll(async () => {
  writeShop(world.repo);
  shopOn(world.repo, "dev", 1);
  staging();
  prod();
  const raised = await Promise.all(["dev", "staging", "prod"].map((name) => world.run("up", name)));
  expect(
    raised.map(({ code }) => code),
    raised[0]?.stderr,
  ).toEqual([0, 0, 0]);
  await released("r1");
});

afterAll(async () => {
  people.end();
  await world.end();
});

test("nothing enters that was not verified in the environment before, by no verb", async () => {
  expect((await refusalFrom(deployed("prod", "r1"))).code).toBe("E_NOT_PROMOTED");
  expect((await refusalFrom(promoted("staging"))).code).toBe("E_NOT_PROMOTED");
  expect((await deployed("dev", "r1")).outcome).toBe("deployed");
  expect(pin("dev").verifiedAt).toBeDefined();
});

test("it soaks first; then it goes on, the same bytes with the config of the next environment", async () => {
  staging("1h");
  const soaking = await refusalFrom(promoted("staging"));
  expect(soaking.code).toBe("E_SOAK");
  expect(soaking.next).toContain("surefoot promote staging shop --release r1 --wait");
  staging();
  expect((await promoted("staging")).outcome).toBe("deployed");
  expect(pin("staging").current).toMatchObject({
    digest: pin("dev").current?.digest,
    config: { FLAG: "on" },
  });
});

test("a key that only staging has stops it, until somebody answers for that", async () => {
  const check = await world.run("check", "prod");
  expect(check.stdout).toMatch(/warning: environments\/prod\.yaml:\d+:\d+ services\.shop\.config\.FLAG/);
  const details = ["FLAG: is given there and not here"];
  expect(await refusalFrom(promoted("prod"))).toMatchObject({ code: "E_PARITY", details });
  expect(await refusalFrom(deployed("prod", "r1"))).toMatchObject({ code: "E_PARITY", details });
  prod({ accept });
  const { document: plan } = await world.json("promote", "prod", "shop", "--plan");
  expect(plan).toMatchObject({ from: null, release: "r1", eligible: { ok: true }, copied: false });
  expect(plan["parity"]).toMatchObject({ stops: [], accepted: accept });
  expect((await promoted("prod")).outcome).toBe("deployed");
  expect((await promoted("prod")).outcome).toBe("unchanged");
});

test("a release that answers upstream in another shape than a sample says does not go on", async () => {
  await released("r2", { NEW: "1" });
  await deployed("dev", "r2");
  expect((await promoted("staging")).outcome).toBe("deployed");
  const [sample, before] = [join(world.repo, "contracts", "item.yaml"), pin("prod")];
  const text = readFileSync(sample, "utf8");
  writeFileSync(sample, text.replace("type: integer", "type: string"));
  expect(await refusalFrom(promoted("prod"))).toMatchObject({
    code: "E_CONTRACT",
    details: [expect.stringContaining("/body/id: expected string, found integer 7")],
  });
  expect(pin("prod")).toEqual(before);
  writeFileSync(sample, text);
});

test("a canary that answers in another shape is rolled back, with the place, and is held", async () => {
  prod({ accept }, { ODD: "1" });
  const { outcome, deployed: end } = await promoted("prod");
  expect([outcome, end?.wave, end?.touchedNodes.length]).toEqual(["rolled-back", 1, 1]);
  expect(end?.evidence).toContain(
    `${end?.touchedNodes[0]}: sample item: /body/id: expected integer, found string "seven"`,
  );
  expect(pin("prod")).toMatchObject({ current: { release: "r1" }, hold: { release: "r2", all: false } });
});

test("what was rolled back comes again only when a person says so", async () => {
  prod({ accept });
  expect((await refusalFrom(promoted("prod"))).code).toBe("E_HOLD");
  expect((await refusalFrom(deployed("prod", "r2"))).code).toBe("E_HOLD");
  const silent = await world.run("promote", "prod", "shop", "--lift-hold");
  expect([silent.code, silent.stderr]).toEqual([2, expect.stringContaining("--lift-hold needs a reason")]);
  const lifted = await world.json("promote", "prod", "--lift-hold", "--reason", "ODD is gone");
  expect(lifted.document["promotions"]?.[0].outcome, lifted.stderr).toBe("deployed");
  expect((await world.run("contracts", "check", "prod")).code).toBe(0);
  const { document: records } = await world.json("ledger", "--verb", "promote", "--environment", "prod");
  expect((records as any[]).map(({ outcome, why }) => `${outcome}: ${why}`).slice(-2)).toEqual([
    "refused: a story",
    "deployed: ODD is gone",
  ]);
});

test("a hotfix goes past upstream and its soak, and never without a second person", async () => {
  beginGit(world.repo);
  const [ann, bob] = [people.person("ann@example.com"), people.person("bob@example.com")];
  commitAs(world.repo, ann, { "environments/approvers": approverLine(ann) + approverLine(bob) });
  await released("r3", { NEW: "2" });
  const hotfix = { release: "r3", hotfix: true, reason: "checkout is broken" };
  const refusal = await refusalFrom(promoted("prod", hotfix));
  expect([refusal.code, pin("prod").current?.release]).toEqual(["E_APPROVAL_MISSING", "r2"]);
  const scope = ["prod", "--release", "shop=r3", "--releases-only"];
  const { digest } = (await world.json("approve", ...scope, "--plan")).document;
  const sign = ["--key", bob.key, "--digest", digest, "--reason", "looked at it"];
  expect((await world.run("approve", ...scope, ...sign)).code).toBe(0);
  const { outcome, deployed: end } = await promoted("prod", hotfix);
  expect([outcome, end?.approved?.by]).toEqual(["deployed", ["bob@example.com"]]);
  // Its waves are there all the same, and the first of them judges it.
  expect(end?.plan.waves.length).toBeGreaterThan(1);
});
