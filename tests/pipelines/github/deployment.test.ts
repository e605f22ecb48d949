// Deployments and statuses: opened once whatever gets lost, told in GitHub's words and within its limits.
import { expect, it } from "vitest";
import { openDeployment, tellStatus } from "../../../pipelines/github/deployment.ts";
import type { FakeGithub } from "../../support/github.ts";
import { githubForEach } from "../../support/github-tests.ts";
import { refusalFrom } from "../../support/refusal.ts";

let server: FakeGithub;
const open = githubForEach((started) => (server = started));

const sha = "c".repeat(40);
const wanted = {
  environment: "prod",
  sha,
  ref: "refs/heads/main",
  description: "app r1 -> r2",
  production: true,
};

it("is opened for the commit, merges nothing, waits for no status, and tells how it goes on", async () => {
  await tellStatus(open(), sha, { context: "surefoot/dev", state: "pending", description: "waits" });
  const deployment = await openDeployment(open(), wanted);
  await deployment.state("in_progress", "wave 1 of 3", "https://github.example/acme/game/actions/runs/1");
  await deployment.state("success", "all waves passed");
  expect(server.deployments).toMatchObject([
    { id: deployment.id, ref: sha, environment: "prod", production: true, description: "app r1 -> r2" },
  ]);
  expect(server.deployments[0]?.statuses.map(({ state, logUrl }) => [state, logUrl])).toEqual([
    ["success", ""],
    ["in_progress", "https://github.example/acme/game/actions/runs/1"],
  ]);
  const created = server.requests.find(({ operation }) => operation === "repos/create-deployment");
  expect(created?.body).toMatchObject({ auto_merge: false, required_contexts: [] });
});

it.each(["failure", "error", "inactive", "queued"] as const)("can end in %s", async (state) => {
  await (await openDeployment(open(), wanted)).state(state, "so");
  expect(server.deployments[0]?.statuses[0]?.state).toBe(state);
});

it.each([["lost"], ["drop"], [502]] as const)("is opened once where the answer is %s", async (as) => {
  server.fail({ as, on: "repos/create-deployment" });
  const { id } = await openDeployment(open(), wanted);
  expect(server.deployments.map((one) => one.id)).toEqual([id]);
});

it("is another one for each run, and never one that was there before", async () => {
  const first = await openDeployment(open(), wanted);
  const more = [first.id];
  for (const as of ["lost", "drop"] as const) {
    server.fail({ as, on: "repos/create-deployment" });
    more.push((await openDeployment(open(), wanted)).id);
  }
  expect(server.deployments.map((one) => one.id)).toEqual(more);
  expect(new Set(more).size).toBe(3);
});

it("tells a status next to the checks of a commit, shortened and masked", async () => {
  const description = `token=abcdefgh ${"x".repeat(200)}\u202e`;
  await tellStatus(open(), sha, {
    context: "surefoot/prod",
    state: "failure",
    description,
    url: "https://x.example/1",
  });
  expect(server.statuses).toMatchObject([
    { sha, context: "surefoot/prod", targetUrl: "https://x.example/1" },
  ]);
  expect(server.statuses[0]?.description).toMatch(/^token=\[secret\] x+…$/);
  expect(server.statuses[0]?.description?.length).toBe(140);
});

it("is refused in clear words where GitHub cannot be reached", async () => {
  server.fail({ as: "drop", times: 99 });
  expect((await refusalFrom(openDeployment(open(), wanted))).code).toBe("E_GITHUB_UNREACHABLE");
});
