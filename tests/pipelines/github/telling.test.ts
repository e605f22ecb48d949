// What a run does as GitHub shows it: a deployment and a status, a summary that nothing breaks, and a GitHub that is down stops nothing.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { githubRun } from "../../../pipelines/drivers/github-run.ts";
import { openGithub } from "../../../pipelines/drivers/github.ts";
import type { Leg } from "../../../pipelines/delivery/result.ts";
import { brokenEnding, legEnding, rollbackEnding } from "../../../pipelines/github/ending.ts";
import { tellGithub } from "../../../pipelines/github/telling.ts";
import { startGithub } from "../../support/github.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";
const leg: Leg = {
  environment: "prod",
  outcome: "rolled-back",
  reason: "app r2: ``` @everyone password=hunter2222\nmore",
  next: "mend it and push again",
  changes: 0,
  releases: [],
  seconds: 1,
};
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "surefoot-told-"));
  for (const name of ["summary", "output"]) writeFileSync(join(folder, name), "");
  writeFileSync(join(folder, "event.json"), "{}");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const environment = (place: Record<string, string>): NodeJS.ProcessEnv => ({
  ...place,
  GITHUB_ACTIONS: "true",
  GITHUB_STEP_SUMMARY: join(folder, "summary"),
  GITHUB_OUTPUT: join(folder, "output"),
  GITHUB_EVENT_PATH: join(folder, "event.json"),
  GITHUB_EVENT_NAME: "push",
  GITHUB_RUN_ID: "7",
  GITHUB_RUN_ATTEMPT: "1",
  GITHUB_REF: "refs/heads/main",
});
const read = (name: string): string => readFileSync(join(folder, name), "utf8");

const telling = (env: NodeJS.ProcessEnv, { said = [] as string[], statuses = true } = {}) =>
  tellGithub(openGithub(env, { unpaced: true }), githubRun(env), {
    verb: "deliver",
    production: new Set(["prod"]),
    statuses,
    say: (text) => said.push(text),
  });

test("opens a deployment, tells how it ended, and keeps Markdown and secrets out of the summary", async () => {
  await using github = await startGithub();
  const said: string[] = [];
  const told = telling(environment(github.env), { said });
  await told.begun("prod", commit);
  await told.ended("prod", legEnding(leg));
  expect(said).toEqual([]);
  const [deployment] = github.deployments;
  expect(deployment).toMatchObject({ environment: "prod", production: true });
  expect(deployment?.statuses.map(({ state }) => state)).toEqual(["failure", "in_progress"]);
  expect(read("output")).toContain("rolled-back");
  expect(read("summary")).not.toContain("hunter2222");
  expect(read("summary")).toMatch(/^````+text\n[\s\S]*\n````+\n$/);
  expect(github.complaints).toEqual([]);
});

test("the commit shows next to its checks where it is, and how it went there", async () => {
  await using github = await startGithub();
  const told = telling(environment(github.env));
  await told.begun("prod", commit);
  await told.ended("prod", legEnding({ ...leg, outcome: "waiting", reason: "E_APPROVAL_MISSING: nobody" }));
  await told.begun("dev", commit);
  await told.ended("dev", legEnding({ ...leg, environment: "dev" }));
  expect(github.statuses.map(({ sha, context, state }) => `${sha} ${context} ${state}`).toReversed()).toEqual(
    [
      `${commit} surefoot/prod pending`,
      `${commit} surefoot/prod pending`,
      `${commit} surefoot/dev pending`,
      `${commit} surefoot/dev failure`,
    ],
  );
  const texts = github.statuses.map(({ description }) => description);
  expect(texts).toContain("waiting: E_APPROVAL_MISSING: nobody");
  expect(texts.join()).not.toContain("hunter2222");
  expect(github.complaints).toEqual([]);
});

test("a run that is not about the commit leaves its statuses alone", async () => {
  await using github = await startGithub();
  const told = telling(environment(github.env), { statuses: false });
  await told.begun("prod", commit);
  const result = {
    service: "app",
    outcome: "incomplete" as const,
    release: "r1",
    from: "r2",
    reason: "lag",
    touchedNodes: ["app-1", "app-2"],
    stuckNodes: [{ node: "app-2", reason: "token=hunter2222" }],
    seconds: 1,
  };
  await told.ended("prod", rollbackEnding("prod", result));
  expect(github.statuses).toEqual([]);
  expect(github.deployments[0]?.statuses[0]).toMatchObject({
    state: "failure",
    description: "app is back on r1, without 1 of its nodes",
  });
  expect(read("summary")).toContain("not back: app-2");
});

test("what was begun and broke is not shown as being at work for ever", async () => {
  await using github = await startGithub();
  const told = telling(environment(github.env));
  await told.begun("prod", commit);
  await told.ended("prod", brokenEnding("prod", new Error("interrupted by SIGINT")));
  expect(github.deployments[0]?.statuses[0]).toMatchObject({
    state: "error",
    description: "interrupted by SIGINT",
  });
  expect(github.statuses[0]).toMatchObject({ state: "error" });
  expect(read("summary")).toContain("prod: interrupted by SIGINT");
});

test("a token that may not tell deployments still tells the status", async () => {
  await using github = await startGithub();
  github.fail({ as: 403, on: "repos/create-deployment", times: 9 });
  const said: string[] = [];
  const told = telling(environment(github.env), { said });
  await told.begun("prod", commit);
  await told.ended("prod", legEnding(leg));
  expect(said).toHaveLength(1);
  expect(github.statuses.map(({ state }) => state)).toEqual(["failure"]);
});

test("a GitHub that cannot be reached is said, once for each thing, and stops nothing", async () => {
  await using github = await startGithub();
  const said: string[] = [];
  const told = telling(environment({ ...github.env, GITHUB_API_URL: "http://127.0.0.1:9" }), { said });
  await told.begun("prod", commit);
  await told.ended("prod", legEnding(leg));
  expect(said).toHaveLength(2);
  for (const line of said) expect(line).toMatch(/^GitHub is not told: /);
  expect(read("summary")).toContain("rolled-back");
});
