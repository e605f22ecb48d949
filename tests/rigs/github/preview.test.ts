// Pull requests, by act: one comment for those of the team, kept up to date; for a stranger's a summary and an artifact, and no session.
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeGithubWorld, onThisMachine } from "./world.ts";
import type { GithubWorld } from "./world.ts";

let world: GithubWorld;
let pull = 0;

const event = (action: string, head: string): object => ({
  action,
  number: pull,
  repository: { full_name: "acme/game" },
  pull_request: {
    number: pull,
    user: { login: "ann" },
    head: { ref: "feature", sha: world.git("rev-parse", "HEAD").trim(), repo: { full_name: head } },
    base: { ref: "main", sha: world.git("rev-parse", "main").trim(), repo: { full_name: "acme/game" } },
  },
});

beforeAll(async () => {
  world = await makeGithubWorld({
    dev: onThisMachine(1),
    prod: onThisMachine(1, { promotion: { after: "dev" } }),
  });
  world.push("The first release");
  pull = world.github.addPull().number;
  world.git("checkout", "--quiet", "-b", "feature");
  world.edit("environments/prod.yaml", (text) => text.replace("nodes: 1", "nodes: 2"));
  world.push("Two servers for prod", "feature");
}, 600_000);

afterAll(() => world.end());

test("the team's: the preview is a comment, and the same one after the next push", async () => {
  const { code, jobs, text } = await world.act("pull_request", "preview", {
    event: event("opened", "acme/game"),
  });
  expect(code, text).toBe(0);
  expect(jobs).toEqual({ "preview/surefoot preview": "success" });
  const [comment] = world.github.comments;
  expect(comment).toMatchObject({ issue: pull, by: { login: "github-actions[bot]" } });
  expect(comment?.body).toContain("server-02");
  expect(comment?.body).toContain("- `dev`: `environments/prod.yaml does not reach it`");
  expect(world.artifact("preview")).toContain("server-02");
  world.edit("environments/prod.yaml", (before) => before.replace("nodes: 2", "nodes: 3"));
  world.push("No, three", "feature");
  const next = await world.act("pull_request", "preview", { event: event("synchronize", "acme/game") });
  expect(next.code, next.text).toBe(0);
  expect(world.github.comments).toHaveLength(1);
  expect(world.github.comments[0]?.id).toBe(comment?.id);
  expect(world.github.comments[0]?.body).toContain("server-03");
  expect(world.github.complaints).toEqual([]);
  expect(world.sessions()).toEqual([
    "preview arn:aws_preview_role eu-central-1 3600",
    "preview arn:aws_preview_role eu-central-1 3600",
  ]);
}, 240_000);

test("a stranger's: what it changes by the stand-ins, in the summary and an artifact; no session, no comment", async () => {
  const before = [world.github.comments.length, world.github.requests.length, world.sessions().length];
  world.git("checkout", "--quiet", "-B", "stranger", "main");
  world.edit("environments/staging.yaml", (text) => text.replace("nodes: 10", "nodes: 12"));
  world.push("More for staging", "stranger");
  const { code, jobs, text } = await world.act("pull_request", "preview", {
    event: event("opened", "mallory/game"),
  });
  expect(code, text).toBe(0);
  expect(jobs).toEqual({ "preview/surefoot preview --offline": "success" });
  expect([world.github.comments.length, world.github.requests.length, world.sessions().length]).toEqual(
    before,
  );
  const { environments } = JSON.parse(world.artifact("preview"));
  expect(environments).toMatchObject([{ environment: "staging", offline: true }]);
  expect(environments[0].changes).toMatchObject([{ op: "update", name: "server" }]);
  // act shows what the summary holds, and keeps none.
  expect(text).toMatch(/Summary - ### Surefoot preview: .*staging/s);
}, 240_000);
