// The run of a workflow: what it is for, its summary and its outputs, and clear words outside of one.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { githubRun } from "../../../pipelines/drivers/github-run.ts";
import { refusalOf } from "../../support/refusal.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "github-run-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const pull = (more: object = {}) => ({
  number: 7,
  head: { sha: "a".repeat(40), repo: { full_name: "acme/game" } },
  base: { sha: "b".repeat(40), ref: "main" },
  ...more,
});

function variables(event: unknown = { pull_request: pull() }): NodeJS.ProcessEnv {
  const path = join(folder, "event.json");
  writeFileSync(path, typeof event === "string" ? event : JSON.stringify(event));
  return {
    GITHUB_ACTIONS: "true",
    GITHUB_REPOSITORY: "acme/game",
    GITHUB_EVENT_NAME: "pull_request",
    GITHUB_EVENT_PATH: path,
    GITHUB_REF: "refs/pull/7/merge",
    GITHUB_RUN_ID: "42",
    GITHUB_RUN_ATTEMPT: "2",
    GITHUB_SERVER_URL: "https://github.example/",
    GITHUB_STEP_SUMMARY: join(folder, "summary"),
    GITHUB_OUTPUT: join(folder, "output"),
  };
}

it("tells what the run is for", () => {
  expect(githubRun(variables())).toMatchObject({
    repository: "acme/game",
    id: 42,
    attempt: 2,
    link: "https://github.example/acme/game/actions/runs/42",
    event: "pull_request",
    ref: "refs/pull/7/merge",
    pull: {
      number: 7,
      head: "a".repeat(40),
      base: { ref: "main", commit: "b".repeat(40) },
      fork: false,
    },
  });
  expect(githubRun(variables({ ref: "refs/heads/main" })).pull).toBeNull();
});

it.each([
  ["another repository", { repo: { full_name: "mallory/game" } }],
  ["a repository that is gone", { repo: null }],
])("knows a fork: %s", (_words, head) => {
  const event = { pull_request: pull({ head: { sha: "a".repeat(40), ...head } }) };
  expect(githubRun(variables(event)).pull?.fork).toBe(true);
});

it("adds to the summary, and knows how much more it takes", () => {
  const env = variables();
  writeFileSync(join(folder, "summary"), "before\n");
  const run = githubRun(env);
  expect(run.room()).toBe(1024 * 1024 - 7 - 1);
  run.summarise("# Preview ü");
  expect(readFileSync(join(folder, "summary"), "utf8")).toBe("before\n# Preview ü\n");
  run.summarise("x".repeat(run.room()));
  expect(run.room()).toBe(0);
});

it("sets outputs that no value can end or add to", () => {
  const run = githubRun(variables());
  run.output("verdict", "changes");
  run.output("text", "a\nend\nother=1\ntext<<x");
  const lines = readFileSync(join(folder, "output"), "utf8").split("\n");
  const end = /^text<<(end-[\w-]{36})$/.exec(lines[3] ?? "")?.[1];
  expect(lines.slice(4)).toEqual(["a", "end", "other=1", "text<<x", end, ""]);
  expect(lines.slice(0, 3)).toEqual([expect.stringMatching(/^verdict<<end-/), "changes", expect.any(String)]);
  expect(lines[0]).toBe(`verdict<<${lines[2]}`);
  expect(lines[2]).not.toBe(end);
});

it.each([
  [{ GITHUB_ACTIONS: undefined }, "GITHUB_ACTIONS is not true"],
  [{ GITHUB_STEP_SUMMARY: "" }, "GITHUB_STEP_SUMMARY is not set"],
  [{ GITHUB_RUN_ID: "x" }, "GITHUB_RUN_ID is no number"],
  [{ GITHUB_EVENT_PATH: "/nowhere" }, "the event of the run (GITHUB_EVENT_PATH) cannot be read"],
])("refuses %o", (more, words) => {
  const { code, message, next } = refusalOf(() => githubRun({ ...variables(), ...more }));
  expect([code, message]).toEqual(["E_GITHUB_RUN", `not in a run of GitHub Actions: ${words}`]);
  expect(next).toContain("--comment");
});

it.each([["not JSON"], ["null"], ['{"pull_request": {"number": "7"}}']])("refuses the event %s", (event) => {
  expect(refusalOf(() => githubRun(variables(event))).code).toBe("E_GITHUB_RUN");
});
