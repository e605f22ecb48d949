// An old change never undoes a newer one: neither a push that was held up nor an old run that is started again.
import { rmSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { mustBeNewest, noteNewest } from "../../../pipelines/delivery/newest.ts";
import type { Workspace } from "../../../pipelines/environment/workspace.ts";
import { commit, git, makeRepository } from "../../support/git.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { temporaryStore } from "../../support/store.ts";

test("what comes before a commit that was begun is refused; the same, a newer one and another line of work are not", async () => {
  const repo = makeRepository();
  onTestFinished(() => rmSync(repo, { recursive: true, force: true }));
  const { store } = await temporaryStore();
  const name = { id: "local/dev", description: "dev", local: true, stack: "local-dev" };
  let state = "sha256:1";
  const stack = async () => ({ version: async () => state });
  const place = { repo, store, name, stack } as unknown as Workspace;
  const [first, second] = [commit(repo, { a: "1" }), commit(repo, { a: "2" })];
  await mustBeNewest(place, first);
  await noteNewest(place, second);
  const refusal = await refusalFrom(mustBeNewest(place, first));
  expect([refusal.code, refusal.message]).toEqual(["E_COMMIT", expect.stringContaining(second.slice(0, 10))]);
  await mustBeNewest(place, second);
  const third = commit(repo, { a: "3" });
  await mustBeNewest(place, third);
  git(repo, "checkout", "--quiet", "-b", "aside", first);
  await mustBeNewest(place, commit(repo, { b: "1" }));
  await mustBeNewest({ ...place, name: { ...name, id: "local/prod" } }, first);
  // Taken down: there is nothing left to undo.
  state = "none";
  await mustBeNewest(place, first);
  // Of a clone that this one knows nothing of.
  await noteNewest(place, "f".repeat(40));
  await mustBeNewest(place, first);
});
