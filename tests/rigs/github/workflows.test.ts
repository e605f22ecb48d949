// What no linter knows of our workflows: who may do what, which actions are used, what waits for what, and that nothing is decided in them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { actions, checkout, jobs, setupText, steps, workflows } from "./workflows.ts";
import type { Job } from "./workflows.ts";

const job = (name: string): Job => {
  const found = jobs.find(([id]) => id === name)?.[1];
  if (found === undefined) throw new Error(`there is no job ${name}`);
  return found;
};

test("these are all: a new workflow is a decision", () => {
  const found = jobs.map(([id]) => id).toSorted();
  expect(found).toEqual([
    "check/descriptions",
    "check/test",
    "deliver/deliver",
    "deploy/dev",
    "deploy/prod",
    "deploy/staging",
    "drift/drift",
    "preview/look",
    "preview/offline",
    "preview/preview",
    "rollback/rollback",
  ]);
});

test("every action of others is pinned by hash, with its version beside it, and one hash has one version", () => {
  const texts = [setupText, ...Object.values(workflows).map(({ text }) => text)];
  const lines = texts.flatMap((text) => text.match(/^.*\buses: .*$/gm) ?? []);
  const others = lines.map((line) => line.replace(/^.*uses: /, "")).filter((one) => !one.startsWith("./"));
  expect(others.length).toBeGreaterThan(10);
  for (const one of others) expect(one).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  expect(new Set(others).size).toBe(actions.length);
  expect(new Set(others.map((one) => one.split("@")[0])).size).toBe(actions.length);
});

const rollback = { contents: "write", deployments: "write", "id-token": "write" };
const deliver = { ...rollback, statuses: "write" };
test.each([
  ["check/descriptions", { contents: "read" }],
  ["check/test", { contents: "read" }],
  // What has a session writes nothing, and what writes has no session.
  ["preview/look", { contents: "read", "id-token": "write" }],
  ["preview/preview", { contents: "read", "pull-requests": "write" }],
  // A stranger's code runs there.
  ["preview/offline", { contents: "read" }],
  ["deploy/dev", deliver],
  ["deploy/staging", deliver],
  ["deploy/prod", deliver],
  ["deliver/deliver", deliver],
  ["rollback/rollback", rollback],
  ["drift/drift", { contents: "read", "id-token": "write", issues: "write" }],
])("%s may do no more than it must", (name, permissions) => {
  expect(job(name).permissions).toEqual(permissions);
});

test("whatever a job is not given it has not", () => {
  for (const { name, permissions } of Object.values(workflows))
    expect([name, permissions]).toEqual([name, {}]);
});

test("every job that runs something ends by itself, and leaves no token in its checkout", () => {
  const running = jobs.filter(([, { uses }]) => uses === undefined);
  expect(running).toHaveLength(8);
  for (const [name, { steps: own = [], ...rest }] of running) {
    expect([name, rest["timeout-minutes"]]).toEqual([name, expect.any(Number)]);
    const taken = own.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect([name, taken.map((one) => one.with?.["persist-credentials"])]).toEqual([name, [false]]);
  }
});

test("what a person types reaches no shell but through the environment", () => {
  const scripts = steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
  expect(scripts.length).toBeGreaterThan(7);
  for (const script of scripts) expect(script).not.toContain("${{");
});

test("nothing is decided in a workflow: a step is a verb, a command of npm, or git's", () => {
  for (const { run = "npm test" } of steps)
    for (const line of run.split("\n").filter(Boolean))
      expect(line).toMatch(/^(exec )?(node scripts\/surefoot\.mjs|npm test$|npm run|git)( |$)/);
  for (const { if: condition = "always()" } of steps) expect(condition).toBe("always()");
});

test("no cloud key is stored: sessions come from GitHub's own tokens, by role", () => {
  const texts = Object.values(workflows).map(({ text }) => text);
  for (const text of texts) expect(text).not.toMatch(/secrets\.|access-key/);
  const triggers = Object.values(workflows).flatMap(({ on }) => Object.keys(on));
  expect([...new Set(triggers)].toSorted()).toEqual([
    "pull_request",
    "push",
    "schedule",
    "workflow_call",
    "workflow_dispatch",
  ]);
  const sessions = steps.filter(({ uses = "" }) => uses.startsWith("aws-actions/"));
  expect(sessions).toHaveLength(4);
  for (const { with: given } of sessions)
    expect(given).toMatchObject({ "role-to-assume": expect.stringContaining("${{") });
});

test("a pull request of a stranger gets no session, no token and no comment", () => {
  const { steps: own = [], ...offline } = job("preview/offline");
  expect(offline.if).toContain("head.repo.full_name != github.repository");
  for (const name of ["preview/look", "preview/preview"])
    expect(job(name).if).toMatch(
      /(^|&& )github\.event\.pull_request\.head\.repo\.full_name == github\.repository &&/,
    );
  expect(own.filter(({ uses = "" }) => uses.startsWith("aws-actions/"))).toEqual([]);
  expect(JSON.stringify(own)).not.toMatch(/token|secrets|--comment/);
  expect(own.find(({ run }) => run?.includes("preview"))?.run).toContain("--offline");
});

test("each environment is looked at by a job of its own role, and told by one that has none, also where a look failed", () => {
  const environments = ["dev", "staging", "prod"];
  const rows = environments.map((environment) => ({
    environment,
    role: `\${{ vars.AWS_PREVIEW_ROLE_${environment.toUpperCase()} }}`,
  }));
  for (const name of ["preview/look", "drift/drift"])
    expect(job(name).strategy).toEqual({ "fail-fast": false, matrix: { include: rows } });
  const { needs, if: condition, steps: own = [] } = job("preview/preview");
  expect([needs, condition?.startsWith("!cancelled() && ")]).toEqual(["look", true]);
  expect(JSON.stringify(own)).not.toMatch(/aws|vars\./i);
  const kept = job("preview/look").steps?.find(({ uses = "" }) =>
    uses.startsWith("actions/upload-artifact@"),
  );
  expect(kept).toMatchObject({ if: "always()", with: { name: "look-${{ matrix.environment }}" } });
  const taken = own.find(({ uses = "" }) => uses.startsWith("actions/download-artifact@"));
  expect(taken?.with).toMatchObject({ pattern: "look-*" });
});

test("one environment is changed by one run at a time, none is cancelled, and prod comes after staging after dev", () => {
  const queue = { "cancel-in-progress": false, queue: "max" };
  const changes = [job("deliver/deliver"), job("rollback/rollback")];
  for (const { concurrency, environment } of changes) {
    expect(concurrency).toEqual({ ...queue, group: "environment-${{ inputs.environment }}" });
    expect(environment).toEqual({ name: "${{ inputs.environment }}", deployment: false });
  }
  expect(workflows["preview"]?.concurrency).toMatchObject({ "cancel-in-progress": true });
  expect([job("deploy/dev").needs, job("deploy/staging").needs, job("deploy/prod").needs]).toEqual([
    undefined,
    "dev",
    "staging",
  ]);
  for (const name of ["staging", "prod"])
    expect(job(`deploy/${name}`).if).toContain("!cancelled() && !failure()");
});

test("Node is the one that the lockfile brings", () => {
  const { dependencies } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
  expect(setupText).toContain(`node-version: ${dependencies.node}\n`);
});
