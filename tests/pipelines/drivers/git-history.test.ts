// Which commit a checkout stands for, and what last touched a service: asked of real repositories.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { changeCommit, lastTouching } from "../../../pipelines/drivers/git-history.ts";
import { commit, git, makeRepository } from "../../support/git.ts";
import { refusalFrom } from "../../support/refusal.ts";

let repo: string;
beforeEach(() => {
  repo = makeRepository();
});
afterEach(() => rmSync(repo, { recursive: true, force: true }));

test("a commit that only moves pins is no change of its own", async () => {
  const change = commit(repo, { "app/main.ts": "1", "environments/prod.yaml": "x" });
  commit(repo, { "environments/releases/prod.json": "{}" }, "prod: app r1");
  commit(repo, { "environments/releases/prod.json": '{"a":1}' }, "prod: app r2");
  expect(await changeCommit(repo)).toBe(change);
  const next = commit(repo, { "app/main.ts": "2", "environments/releases/prod.json": "{}" });
  expect(await changeCommit(repo)).toBe(next);
});

test("pins that are not committed yet do not make the checkout unclean; anything else does, by name", async () => {
  const change = commit(repo, { "app/main.ts": "1", "environments/releases/dev.json": "{}" });
  writeFileSync(join(repo, "environments", "releases", "dev.json"), "{ }");
  expect(await changeCommit(repo)).toBe(change);
  writeFileSync(join(repo, "app", "new file.ts"), "");
  const refusal = await refusalFrom(changeCommit(repo));
  expect(refusal.code).toBe("E_COMMIT");
  expect(refusal.details).toEqual(["app/new file.ts"]);
});

test("a merge stands for what it brought in", async () => {
  commit(repo, { "app/main.ts": "1" });
  git(repo, "switch", "--quiet", "--create", "feature");
  const feature = commit(repo, { "app/main.ts": "2" });
  git(repo, "switch", "--quiet", "main");
  commit(repo, { "environments/releases/prod.json": "{}" }, "prod: app r1");
  git(repo, "merge", "--quiet", "--no-ff", "--message", "merge", "feature");
  const found = await changeCommit(repo);
  expect(git(repo, "diff", "--name-only", found, "HEAD")).toBe("environments/releases/prod.json");
  expect(found).toBe(feature);
});

test("no commit, no repository, and a history that was cut off are refused", async () => {
  expect((await refusalFrom(changeCommit(repo))).code).toBe("E_COMMIT");
  commit(repo, { a: "1" });
  commit(repo, { a: "2" });
  const shallow = makeRepository();
  git(shallow, "fetch", "--quiet", "--depth=1", `file://${repo}`, "main");
  git(shallow, "reset", "--quiet", "--hard", "FETCH_HEAD");
  expect((await refusalFrom(changeCommit(shallow))).next).toBe("git fetch --unshallow");
  rmSync(shallow, { recursive: true });
});

test("tells what last touched a folder; a path is never a pattern", async () => {
  const first = commit(repo, { "app/main.ts": "1", "*": "star" });
  commit(repo, { "server/main.ts": "1" });
  expect(await lastTouching(repo, ["app"])).toBe(first);
  expect(await lastTouching(repo, ["*"])).toBe(first);
  expect(await lastTouching(repo, ["nowhere"])).toBeNull();
});
