// What `preview --comment` leaves at a pull request: a run that fails before there is a preview, and then one that finds nothing.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { startGithub } from "../support/github.ts";
import { makeTeam } from "../support/team.ts";

test("one comment and the summary of the step: first that it failed, then that nothing is touched", async () => {
  await using github = await startGithub();
  github.addPull();
  const team = makeTeam();
  onTestFinished(() => team.end());
  const sha = team.commit("base");
  const folder = mkdtempSync(join(tmpdir(), "surefoot-run-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const side = { sha, ref: "main", repo: { full_name: github.env["GITHUB_REPOSITORY"] } };
  writeFileSync(
    join(folder, "event.json"),
    JSON.stringify({ pull_request: { number: 1, head: side, base: side } }),
  );
  const run = {
    ...github.env,
    GITHUB_ACTIONS: "true",
    GITHUB_STEP_SUMMARY: join(folder, "summary"),
    GITHUB_OUTPUT: join(folder, "output"),
    GITHUB_EVENT_PATH: join(folder, "event.json"),
    GITHUB_EVENT_NAME: "pull_request",
    GITHUB_RUN_ID: "7",
    GITHUB_RUN_ATTEMPT: "1",
  };
  for (const [name, value] of Object.entries(run)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const told = (): string[] => [
    github.comments.map(({ body }) => body).join(),
    readFileSync(join(folder, "summary"), "utf8"),
  ];
  const failed = await team.start("preview", "--base", "absent", "--offline", "--comment").ended;
  expect(failed.code, failed.stderr).toBe(1);
  for (const text of told()) expect(text).toMatch(/the preview failed[\s\S]*absent/);
  writeFileSync(join(folder, "summary"), "");
  const { code, stderr } = await team.start("preview", "--base", "main", "--offline", "--comment").ended;
  expect([code, stderr]).toEqual([0, expect.stringContaining("the comment of #1 is updated")]);
  expect(github.comments).toHaveLength(1);
  for (const text of told()) expect(text).toContain("no environment is touched");
});
