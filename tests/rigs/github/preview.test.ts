// Pull requests, by act: one comment for those of the team, out of a look into each account; for a stranger's a summary, and no session.
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

const looks = ["dev", "staging", "prod"];
test("the team's: the preview is a comment, out of a look into each account by a role of its own", async () => {
  const { code, jobs, text } = await world.act("pull_request", "preview", {
    event: event("opened", "acme/game"),
  });
  expect(code, text).toBe(0);
  // act counts the jobs of a matrix.
  const names = [...looks.map((name, index) => ` ${name}-${index + 1}`), ""];
  expect(jobs).toEqual(
    Object.fromEntries(names.map((name) => [`preview/surefoot preview${name}`, "success"])),
  );
  const [comment] = world.github.comments;
  expect(comment).toMatchObject({ issue: pull, by: { login: "github-actions[bot]" } });
  expect(comment?.body).toContain("server-02");
  for (const name of ["dev", "staging"])
    expect(comment?.body).toContain(`- \`${name}\`: \`environments/prod.yaml does not reach it\``);
  expect(world.artifact("preview/preview.html")).toContain("server-02");
  expect(JSON.parse(world.artifact("look-dev/preview.json"))).toMatchObject({ environments: [] });
  expect(world.sessions().toSorted()).toEqual(
    looks.map((name) => `look arn:aws_preview_role_${name} eu-central-1 3600`).toSorted(),
  );
}, 240_000);

test("the next push: the same comment tells what failed, also where there was no session, and the check is red", async () => {
  const [before] = world.github.comments;
  world.edit("environments/prod.yaml", (text) => text.replace("nodes: 2", "nodes: 3"));
  world.edit("environments/dev.yaml", (text) => `${text}unknownKey: 1\n`);
  world.push("Three, and a slip", "feature");
  const { code, jobs, text } = await world.act("pull_request", "preview", {
    event: event("synchronize", "acme/game"),
    unset: "AWS_PREVIEW_ROLE_STAGING",
  });
  expect(code, text).toBe(1);
  // act has one result for a whole matrix: what each job saw is in its document.
  expect(jobs).toMatchObject({ "preview/surefoot preview": "failure" });
  const verdicts = (name: string): string[] =>
    JSON.parse(world.artifact(`look-${name}/preview.json`)).environments.map(({ verdict }: any) => verdict);
  expect([verdicts("dev"), verdicts("prod")]).toEqual([["failed"], ["changes"]]);
  expect(() => verdicts("staging")).toThrow("ENOENT");
  expect(world.github.comments).toHaveLength(1);
  const [comment] = world.github.comments;
  expect(comment?.id).toBe(before?.id);
  expect(comment?.body).toMatch(/`dev` \*\*FAILED\*\* `E_DESCRIPTION`/);
  expect(comment?.body).toMatch(/`staging` \*\*FAILED\*\* `E_PREVIEW_MISSING`: `its job made no preview/);
  expect(comment?.body).toContain("server-03");
  expect(world.artifact("preview/preview.html")).toContain("E_PREVIEW_MISSING");
  expect(world.github.complaints).toEqual([]);
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
  const { environments } = JSON.parse(world.artifact("preview/preview.json"));
  expect(environments).toMatchObject([{ environment: "staging", offline: true }]);
  expect(environments[0].changes).toMatchObject([{ op: "update", name: "server" }]);
  // act shows what the summary holds, and keeps none.
  expect(text).toMatch(/Summary - ### Surefoot preview: .*staging/s);
}, 240_000);
