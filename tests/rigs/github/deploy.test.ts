// Pushes to main, by act: through dev, staging and prod; a broken one ends in dev, with its pin taken back by a commit; and by hand.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeGithubWorld, onThisMachine } from "./world.ts";
import type { GithubWorld } from "./world.ts";

let world: GithubWorld;
let [first, mixed] = ["", ""];

const pinsOf = (environment: string): Record<string, any> =>
  JSON.parse(world.onServer("show", `main:environments/releases/${environment}.json`));
const releaseOf = (environment: string, service: string): string =>
  pinsOf(environment)[service].current.release;
const subjects = (since: string): string[] =>
  world.onServer("log", "--reverse", "--format=%s", `${since}..main`).trim().split("\n");
const ended = (jobs: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(jobs).map(([name, how]) => [name.split("/")[0], how]));
const running = async (environment: string, service: string): Promise<string[]> => {
  const { services } = await world.surefoot("status", environment);
  return services
    .find(({ name }: any) => name === service)
    .nodes.map((node: any) => `${node.release} ${node.state}`);
};

beforeAll(async () => {
  world = await makeGithubWorld({
    dev: onThisMachine(2),
    staging: onThisMachine(1, { promotion: { after: "dev", soak: "0s" } }),
    prod: onThisMachine(1, { promotion: { after: "staging", soak: "0s" } }),
  });
  first = world.push("The first release");
}, 600_000);

afterAll(() => world.end());

test("a push goes through dev, staging and prod, each of which knows its pins in git", async () => {
  const { code, jobs, text } = await world.act("push", "deploy");
  expect(code, text).toBe(0);
  expect(ended(jobs)).toEqual({ dev: "success", staging: "success", prod: "success" });
  const [app, server] = [releaseOf("dev", "app"), releaseOf("dev", "server")];
  const order = ["dev", "staging", "prod"].flatMap((name) => [
    `${name}: app ${app}`,
    `${name}: app ${app} is verified`,
    `${name}: server ${server}`,
    `${name}: server ${server} is verified`,
  ]);
  expect(subjects(first)).toEqual(order);
  for (const name of ["dev", "staging", "prod"])
    expect(pinsOf(name)["server"]).toMatchObject({
      current: { release: server },
      verifiedAt: expect.any(String),
    });
  expect(await running("prod", "server")).toEqual([`${server} running`]);
  expect(await running("dev", "server")).toEqual([`${server} running`, `${server} running`]);
  // The verb's words are in the summary of each job.
  expect(text.match(/Summary - /g)).toHaveLength(3);
  // Each with the role of its environment, for as long as a rollout may take.
  expect(world.sessions()).toEqual(
    Array.from({ length: 3 }, () => "deliver arn:aws_role eu-central-1 14400"),
  );
}, 300_000);

test("a broken release stops in dev's canary and is taken back by a commit; staging and prod never see it", async () => {
  const before = { app: releaseOf("prod", "app"), server: releaseOf("prod", "server") };
  // One service is better, the other one does not start.
  world.edit("examples/app/route.ts", (text) =>
    text.replace('service: "app",', 'service: "app", edition: 2,'),
  );
  world.edit("examples/server/main.ts", (text) => `${text}\nthrow new Error("broken on purpose");\n`);
  mixed = world.push("A better app, a broken server");
  const { code, jobs, text } = await world.act("push", "deploy");
  expect(code, text).toBe(1);
  expect(ended(jobs)).toEqual({ dev: "failure" });
  expect(text).toContain("dev: rolled-back");
  const [, , deploys, reverts] = subjects(mixed);
  expect(deploys).toMatch(/^dev: server \S+$/);
  expect(reverts).toBe(`Revert "${deploys}"`);
  const bad = deploys?.split(" ")[2];
  expect(pinsOf("dev")["server"]).toMatchObject({
    current: { release: before.server },
    hold: { release: bad, all: false },
  });
  expect(await running("dev", "server")).toEqual([`${before.server} running`, `${before.server} running`]);
  for (const name of ["staging", "prod"]) {
    expect(releaseOf(name, "app")).toBe(before.app);
    expect(await running(name, "server")).toEqual([`${before.server} running`]);
  }
}, 300_000);

test("GitHub shows each delivery as a deployment of the commit, with how it went", () => {
  const shown = world.github.deployments.map(({ environment, sha, production, statuses }) => {
    const states = statuses.map(({ state }) => state).toReversed();
    return `${environment}${production ? "!" : ""} ${sha} ${states.join(" ")}`;
  });
  expect(shown).toEqual([
    `dev ${first} in_progress success`,
    `staging ${first} in_progress success`,
    `prod! ${first} in_progress success`,
    `dev ${mixed} in_progress failure`,
  ]);
  const onCommits = world.github.statuses.map(({ sha, context, state }) => `${context} ${sha} ${state}`);
  expect(onCommits.toReversed().filter((one) => !one.endsWith("pending"))).toEqual([
    `surefoot/dev ${first} success`,
    `surefoot/staging ${first} success`,
    `surefoot/prod ${first} success`,
    `surefoot/dev ${mixed} failure`,
  ]);
  expect(world.github.complaints).toEqual([]);
});

test("by hand: one environment gets one commit of main, and none that is not on main", async () => {
  world.git("checkout", "--quiet", "--detach", first);
  world.edit("scripts/setup.mjs", (text) => `console.log("a stranger's code");\n${text}`);
  const foreign = world.push("From a fork", "refs/pull/7/head");
  world.git("checkout", "--quiet", "main");
  const refused = await world.act("workflow_dispatch", "deploy", {
    inputs: { environment: "prod", sha: foreign },
  });
  expect(refused.code).toBe(1);
  expect(ended(refused.jobs)).toEqual({ prod: "failure" });
  expect(refused.text).not.toContain("a stranger's code\n");
  expect(refused.text).not.toContain("npm run setup");
  const same = await world.act("workflow_dispatch", "deploy", {
    inputs: { environment: "prod", sha: first },
  });
  expect(same.code, same.text).toBe(0);
  expect(ended(same.jobs)).toEqual({ prod: "success" });
  expect(same.text).toContain("prod: unchanged");
}, 300_000);

test("rollback by hand takes a service back, and its pin by a commit", async () => {
  const [good, better] = [releaseOf("prod", "app"), releaseOf("dev", "app")];
  expect(better).not.toBe(good);
  const tip = world.onServer("rev-parse", "main").trim();
  const reason = 'players report "lag"; $(touch x) ${{ github.token }}';
  const inputs = { environment: "dev", service: "app", release: "", reason };
  const { code, text } = await world.act("workflow_dispatch", "rollback", { inputs });
  expect(code, text).toBe(0);
  expect(subjects(tip)).toEqual([`dev: app back to ${good}`]);
  const { description, statuses } = world.github.deployments.at(-1) ?? {};
  expect(description).toBe("surefoot rollback dev");
  expect(statuses?.map(({ state, description: words }) => `${state}: ${words}`)).toEqual([
    `success: app is back on ${good}`,
    "in_progress: surefoot rollback is at work",
  ]);
  expect(pinsOf("dev")["app"]).toMatchObject({
    current: { release: good },
    hold: { release: better, all: true },
  });
  expect(await running("dev", "app")).toEqual([`${good} running`]);
  const told = JSON.stringify(await world.surefoot("ledger", "--environment", "dev"));
  expect(told).toContain(JSON.stringify(reason).slice(1, -1));
}, 300_000);

test("each night: one issue for what has drifted, closed once it is healed", async () => {
  const edge = Number(readFileSync(join(world.state, "real", "staging", "edge.pid"), "utf8").split(" ")[0]);
  process.kill(edge, "SIGKILL");
  const found = await world.act("schedule", "drift");
  expect(found.code, found.text).toBe(0);
  expect(Object.keys(found.jobs).toSorted()).toEqual(
    ["dev", "prod", "staging"].map((name) => expect.stringContaining(`surefoot drift ${name}`)),
  );
  const issues = world.github.issues.filter(({ pull }) => !pull);
  expect(issues).toMatchObject([{ state: "open", title: expect.stringContaining("staging") }]);
  await world.surefoot("up", "staging");
  const healed = await world.act("schedule", "drift");
  expect(healed.code, healed.text).toBe(0);
  expect(world.github.issues.filter(({ pull }) => !pull)).toMatchObject([{ state: "closed" }]);
  expect(world.github.complaints).toEqual([]);
}, 300_000);
