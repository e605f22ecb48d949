// Tests of the news of drift: which looks touch an issue, what happens when GitHub refuses, which chats are told.
import { expect, test } from "vitest";
import type { DriftDocument, DriftLook } from "../../../pipelines/drift/document.ts";
import { issuesText, tellDrift } from "../../../pipelines/drift/news.ts";
import type { FakeGithub } from "../../support/github.ts";
import { githubForEach } from "../../support/github-tests.ts";

let server: FakeGithub;
const open = githubForEach((started) => (server = started));

const at = "2026-01-01T03:17:00.000Z";
const nothing = { seconds: 1, drifted: [], ignored: [], stale: [] };
const change = { type: "t", urn: "u", protect: false, stateful: false, forcedBy: [], properties: [] };
const drifted = (environment: string): DriftLook => ({
  ...nothing,
  environment,
  verdict: "drifted",
  drifted: [{ ...change, op: "delete", name: "bucket" }],
});
const error = { code: "E_AWS_CREDENTIALS" as const, what: "no credentials", state: "s", next: "n" };

function tell(environments: DriftLook[], env: Record<string, string> = server.env) {
  const document: DriftDocument = { schema: 1, at, environments };
  // No description is there, so no chat is known.
  return tellDrift("/nowhere", document, { github: open(env), env, warn: () => {} });
}

test("each drifted stack has its own issue, with the run that saw it; rehearsals have none", async () => {
  const env = { ...server.env, GITHUB_RUN_ID: "42" };
  const news = await tell([drifted("prod"), drifted("dev"), drifted("local/prod")], env);
  expect(news.map(({ environment, did }) => [environment, did])).toEqual([
    ["prod", "opened"],
    ["dev", "opened"],
    ["local/prod", "kept"],
  ]);
  expect(server.issues.map(({ title }) => title)).toEqual([
    "Drift: prod: 1 resource differs from the description",
    "Drift: dev: 1 resource differs from the description",
  ]);
  expect(server.issues[0]?.body).toContain("[this run](https://github.example/acme/game/actions/runs/42)");
});

test("a failed look neither opens nor closes; a clean one closes its own alone", async () => {
  await tell([drifted("prod"), drifted("dev")]);
  const news = await tell([
    { environment: "prod", verdict: "failed", error },
    { ...nothing, environment: "dev", verdict: "clean" },
    { environment: "staging", verdict: "failed", error },
  ]);
  expect(news.map(({ did }) => did)).toEqual(["kept", "closed", "kept"]);
  expect(server.issues.map(({ state }) => state)).toEqual(["open", "closed"]);
  const again = await tell([{ ...nothing, environment: "prod", verdict: "clean" }]);
  expect(again).toMatchObject([{ did: "closed" }]);
});

test("an issue that cannot be kept is told, and does not keep the next from being kept", async () => {
  const github = open({ GITHUB_TOKEN: "unknown-canary-token" });
  const document: DriftDocument = { schema: 1, at, environments: [drifted("prod"), drifted("dev")] };
  const news = await tellDrift("/nowhere", document, { github, env: server.env, warn: () => {} });
  expect(news.map(({ did }) => did)).toEqual(["failed", "failed"]);
  expect(issuesText(news)[0]).toMatch(/^issue {3}prod: COULD NOT BE KEPT: E_GITHUB/);
  expect(JSON.stringify(news)).not.toContain("canary");
});
