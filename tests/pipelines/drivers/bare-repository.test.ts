// What a new remote takes over from the clone: its libraries, but only those that its lockfile names.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeBareRepository } from "../../../pipelines/drivers/bare-repository.ts";
import { commit, git, makeRepository } from "../../support/git.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The remote's kept libraries, by lockfile, for a clone that was set up with this one. */
async function kept(setUpWith: string): Promise<{ modules: string; names: string[]; key: string }> {
  const repo = makeRepository();
  onTestFinished(() => rmSync(repo, { recursive: true, force: true }));
  commit(repo, { "package-lock.json": "new", ".gitignore": "node_modules\n" });
  mkdirSync(join(repo, "node_modules", ".surefoot-compile"), { recursive: true });
  writeFileSync(join(repo, "node_modules", ".surefoot-setup"), sha256(setUpWith));
  const path = join(repo, "bare.git");
  const hooks = join(import.meta.dirname, "../../../pipelines/remote/hooks");
  await makeBareRepository({ repo, remote: "here", path, branch: "main", hooks, settings: {} });
  const modules = join(path, "surefoot", "modules");
  const names = existsSync(modules) ? readdirSync(modules) : [];
  return { modules, names, key: git(repo, "hash-object", "package-lock.json") };
}

test("libraries of the lockfile are taken over, without what was compiled of the clone's own files", async () => {
  const { modules, names, key } = await kept("new");
  expect(names).toEqual([key]);
  expect(readdirSync(join(modules, key))).toEqual([".surefoot-setup"]);
});

test("libraries of an older lockfile are not: the first push installs", async () => {
  expect((await kept("old")).names).toEqual([]);
});
