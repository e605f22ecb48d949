// A delivery says which change it brings, where what is checked out is not that change itself.
import { rmSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { deliver } from "../../../pipelines/delivery/run.ts";
import { commit, git, makeRepository } from "../../support/git.ts";

test("an empty commit brings the change before it, and that is said once", async () => {
  const repo = makeRepository();
  onTestFinished(() => rmSync(repo, { recursive: true, force: true }));
  const change = commit(repo, { "app.ts": "1" });
  const said: string[] = [];
  const order = { repo, environments: [], pins: null, waitSeconds: 0, reason: "pushed" };
  const quiet = { begun: async () => {}, ended: async () => {}, broken: async () => {}, tell: () => {} };
  const run = () =>
    deliver(order, { ...quiet, say: (text) => said.push(text), signal: new AbortController().signal });
  await run();
  expect(said).toEqual([]);
  git(repo, "commit", "--quiet", "--allow-empty", "--message", "go on");
  const head = git(repo, "rev-parse", "HEAD");
  expect((await run()).commit).toBe(change);
  expect(said).toEqual([`${head.slice(0, 10)} (nothing new since ${change.slice(0, 10)})`]);
});
