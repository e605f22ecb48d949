// What differs from the commit is told, whatever a clone's own index and settings leave out: asked of real repositories.
import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { differingPaths } from "../../../pipelines/drivers/git-clean.ts";
import { commit, git, makeRepository } from "../../support/git.ts";

let repo: string;
beforeEach(() => {
  repo = makeRepository();
  commit(repo, { "infra/a.ts": "good", "inner/b.ts": "1" });
});
afterEach(() => rmSync(repo, { recursive: true, force: true }));

const spoil = (): void => writeFileSync(join(repo, "infra", "a.ts"), "evil");

test("tells nothing of a clean tree, also from a folder inside; ignored files aside, new ones by name", async () => {
  expect(await differingPaths(join(repo, "inner"))).toEqual([]);
  writeFileSync(join(repo, "infra", "new one.ts"), "");
  expect(await differingPaths(join(repo, "inner"))).toEqual(["infra/new one.ts"]);
});

test.each(["--assume-unchanged", "--skip-worktree"])("sees what is marked %s", async (mark) => {
  git(repo, "update-index", mark, "infra/a.ts");
  spoil();
  expect(await differingPaths(repo)).toEqual(["infra/a.ts"]);
});

test("sees what a sparse checkout leaves out and what looks as it did by size and time", async () => {
  const then = new Date("2020-01-01");
  utimesSync(join(repo, "infra", "a.ts"), then, then);
  git(repo, "update-index", "--refresh");
  git(repo, "config", "core.trustctime", "false");
  git(repo, "config", "core.checkStat", "minimal");
  git(repo, "config", "core.sparseCheckout", "true");
  mkdirSync(join(repo, ".git", "info"), { recursive: true });
  writeFileSync(join(repo, ".git", "info", "sparse-checkout"), "/inner/\n");
  spoil();
  utimesSync(join(repo, "infra", "a.ts"), then, then);
  expect(await differingPaths(repo)).toEqual(["infra/a.ts"]);
});

test("is not misled by a commit that another one replaces", async () => {
  const good = git(repo, "rev-parse", "HEAD");
  const bad = commit(repo, { "infra/a.ts": "evil" });
  git(repo, "update-ref", "refs/heads/main", good);
  git(repo, "replace", good, bad);
  expect(await differingPaths(repo)).toEqual(["infra/a.ts"]);
});

test("cannot tell where the settings name another work tree, or none", async () => {
  const other = makeRepository();
  commit(other, { "infra/a.ts": "good", "inner/b.ts": "1" });
  spoil();
  git(repo, "config", "core.worktree", other);
  expect(await differingPaths(repo)).toBeNull();
  git(repo, "config", "--unset", "core.worktree");
  git(repo, "config", "core.bare", "true");
  expect(await differingPaths(repo)).toBeNull();
  rmSync(other, { recursive: true });
});
