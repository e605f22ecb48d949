// A run of a workflow that GitHub cancels: what it had begun is shown as ended, not as being at work for ever.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { parse } from "yaml";
import { startGithub } from "../support/github.ts";
import { makeTeam } from "../support/team.ts";

function workflowRun(): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "surefoot-run-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, text = ""): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  return {
    GITHUB_ACTIONS: "true",
    GITHUB_STEP_SUMMARY: file("summary"),
    GITHUB_OUTPUT: file("output"),
    GITHUB_EVENT_PATH: file("event.json", "{}"),
    GITHUB_EVENT_NAME: "push",
    GITHUB_RUN_ID: "7",
    GITHUB_RUN_ATTEMPT: "1",
    GITHUB_REF: "refs/heads/main",
  };
}

test("a delivery that is cancelled says so on GitHub before it goes", async () => {
  await using github = await startGithub();
  const team = makeTeam();
  onTestFinished(() => team.end("local/dev"));
  const base = parse(readFileSync(join(team.repo, "environments", "base.yaml"), "utf8"));
  const config = { IMAGE_HOST: "https://images.example.com" };
  const rollout = { waves: ["100%"], minHealthy: "0%", bake: { first: "1s", rest: "1s" } };
  const app = { ...base.services.app, nodes: 2, startWithin: "5s", config, rollout };
  for (const name of ["staging", "prod"]) rmSync(join(team.repo, "environments", `${name}.yaml`));
  team.describe("dev", { platform: "local", services: { app } });
  const sha = team.commit("two nodes");
  const run = workflowRun();
  for (const [name, value] of Object.entries({ ...github.env, ...run })) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const delivery = team.start("deliver", "local/dev");
  await delivery.said("local/dev: create");
  delivery.child.kill("SIGINT");
  const { code, stderr } = await delivery.ended;
  expect(code, stderr).toBe(1);
  expect(stderr).toContain("E_INTERRUPTED");
  expect(stderr).not.toContain("GitHub is not told");
  const [deployment] = github.deployments;
  expect(deployment).toMatchObject({ environment: "local/dev", sha });
  expect(deployment?.statuses.map(({ state, description }) => `${state}: ${description}`)).toEqual([
    "error: interrupted by SIGINT",
    "in_progress: surefoot deliver is at work",
  ]);
  expect(github.statuses[0]).toMatchObject({ sha, context: "surefoot/local/dev", state: "error" });
  expect(readFileSync(run["GITHUB_OUTPUT"] ?? "", "utf8")).toContain("failed");
  expect(github.complaints).toEqual([]);
}, 120_000);
