// The summary of a step: secrets over several lines, Markdown in a text, more lines than GitHub takes, and no workflow at all.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { summariseStep } from "../../../pipelines/github/summary.ts";

function step() {
  const folder = mkdtempSync(join(tmpdir(), "surefoot-step-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "summary");
  const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: path };
  const said: string[] = [];
  return { folder, path, env, said, say: (text: string) => void said.push(text) };
}

test("a key of several lines is gone with all of them, and nothing ends the fence", () => {
  const { path, env, said, say } = step();
  const begun = "-----BEGIN OPENSSH PRIVATE KEY-----";
  const rest = ["b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ", "-----END OPENSSH PRIVATE KEY-----"];
  summariseStep(env, [`prod: ${begun}`, ...rest, "````", "password=hunter2222\n# @everyone"], say);
  const text = readFileSync(path, "utf8");
  for (const secret of [begun, ...rest, "hunter2222"]) expect(text).not.toContain(secret);
  expect(text).toMatch(/^`````text\nprod: [\s\S]*\n````\n[\s\S]*\n# @everyone\n`````\n$/);
  expect(said).toEqual([]);
});

test("says how many lines are missing where GitHub would drop all of them, and nothing where it is full", () => {
  const { path, env, said, say } = step();
  writeFileSync(path, "x".repeat(1024 * 1024 - 3000));
  summariseStep(
    env,
    Array.from({ length: 5000 }, (_, index) => `line ${index}`),
    say,
  );
  expect(statSync(path).size).toBeLessThan(1024 * 1024);
  const [, shown, missing] = /line (\d+)\nand (\d+) more lines, in the log\n```\n$/.exec(
    readFileSync(path, "utf8"),
  ) as unknown as string[];
  expect(Number(shown) + 1 + Number(missing)).toBe(5000);
  writeFileSync(path, "x".repeat(1024 * 1024 - 100));
  summariseStep(env, ["more"], say);
  expect(statSync(path).size).toBe(1024 * 1024 - 100);
  expect(said).toEqual([]);
});

test("writes nothing outside of a workflow, and one that cannot be written stops nothing", () => {
  const { folder, path, env, said, say } = step();
  summariseStep({ ...env, GITHUB_ACTIONS: undefined }, ["here"], say);
  summariseStep({ GITHUB_ACTIONS: "true" }, ["here"], say);
  summariseStep(env, [], say);
  expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
  summariseStep({ ...env, GITHUB_STEP_SUMMARY: folder }, ["here"], say);
  expect(said).toEqual([expect.stringMatching(/^the summary of this step is not written: EISDIR/)]);
});
