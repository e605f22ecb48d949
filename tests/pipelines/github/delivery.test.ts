// A delivery as GitHub shows it: a deployment per environment, a summary that nothing breaks, and a GitHub that is down stops nothing.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { githubRun } from "../../../pipelines/drivers/github-run.ts";
import { openGithub } from "../../../pipelines/drivers/github.ts";
import type { Leg } from "../../../pipelines/delivery/result.ts";
import { tellDelivery } from "../../../pipelines/github/delivery.ts";
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

test("opens a deployment, tells how it ended, and keeps Markdown and secrets out of the summary", async () => {
  await using github = await startGithub();
  const env = environment(github.env);
  const said: string[] = [];
  const told = tellDelivery(openGithub(env, { unpaced: true }), githubRun(env), {
    production: new Set(["prod"]),
    say: (text) => said.push(text),
  });
  await told.begun("prod", commit);
  await told.ended(leg);
  expect(said).toEqual([]);
  expect(github.deployments.map(({ environment: name }) => name)).toEqual(["prod"]);
  expect(read("output")).toContain("rolled-back");
  expect(read("summary")).not.toContain("hunter2222");
  expect(read("summary")).toMatch(/^````+text\n[\s\S]*\n````+\n$/);
  expect(github.complaints).toEqual([]);
});

test("a GitHub that cannot be reached is said, once for each thing, and stops nothing", async () => {
  await using github = await startGithub();
  const env = environment({ ...github.env, GITHUB_API_URL: "http://127.0.0.1:9" });
  const said: string[] = [];
  const told = tellDelivery(openGithub(env, { unpaced: true }), githubRun(env), {
    production: new Set(),
    say: (text) => said.push(text),
  });
  await told.begun("prod", commit);
  await told.ended(leg);
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/^GitHub is not told: /);
  expect(read("summary")).toContain("rolled-back");
});
