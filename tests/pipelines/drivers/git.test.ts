// Asks a real git about real repositories: clean, dirty, empty, absent, with names that bite.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  existsSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openGit } from "../../../pipelines/drivers/git.ts";

let repo: string;
const git = (...words: string[]): string => {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  return execFileSync("git", words, { cwd: repo, env, encoding: "utf8" }).trim();
};

beforeEach(() => {
  repo = mkdtempSync(join(tmpdir(), "surefoot-git-"));
  // Nothing above the temporary folder may answer for it, and nobody's own settings either.
  vi.stubEnv("GIT_CEILING_DIRECTORIES", tmpdir());
  vi.stubEnv("GIT_CONFIG_GLOBAL", "/dev/null");
  vi.stubEnv("GIT_CONFIG_NOSYSTEM", "1");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(repo, { recursive: true });
});

function commitAll(): string {
  git("add", "-A");
  git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "change");
  return git("rev-parse", "HEAD");
}

function repository(): string {
  git("init", "-q");
  mkdirSync(join(repo, "app"));
  writeFileSync(join(repo, "app", "main.ts"), "1");
  return commitAll();
}

it("names the commit", async () => {
  const hash = repository();
  expect(await openGit(repo).commit()).toBe(hash);
  expect(await openGit(join(repo, "app")).commit()).toBe(hash);
});

it("has no answer outside a repository, before the first commit and without git", async () => {
  const outside = openGit(repo);
  expect([await outside.commit(), await outside.dirty("app"), await outside.user()]).toEqual([
    null,
    null,
    null,
  ]);
  git("init", "-q");
  expect(await openGit(repo).commit()).toBeNull();
  vi.stubEnv("PATH", "/nowhere");
  expect(await openGit(repo).commit()).toBeNull();
});

it("sees changes below the asked folder only: edited, new and deleted files", async () => {
  repository();
  const { dirty } = openGit(repo);
  expect(await dirty("app")).toBe(false);
  writeFileSync(join(repo, "elsewhere"), "x");
  expect(await dirty("app")).toBe(false);
  writeFileSync(join(repo, "app", "new.ts"), "x");
  expect(await dirty("app")).toBe(true);
  commitAll();
  rmSync(join(repo, "app", "new.ts"));
  expect(await dirty("app")).toBe(true);
});

it("takes hostile folder names literally", async () => {
  repository();
  for (const name of ["*", "-n", "$(touch pwned)", ":(top)", "a\nb", "'\""]) {
    mkdirSync(join(repo, name));
    writeFileSync(join(repo, name, "file"), "x");
  }
  commitAll();
  writeFileSync(join(repo, "app", "main.ts"), "changed");
  const { dirty } = openGit(repo);
  for (const name of ["*", "-n", "$(touch pwned)", ":(top)", "a\nb", "'\""]) {
    expect([name, await dirty(name)]).toEqual([name, false]);
    writeFileSync(join(repo, name, "file"), "changed");
    expect([name, await dirty(name)]).toEqual([name, true]);
  }
  expect(existsSync(join(repo, "pwned"))).toBe(false);
});

it("runs no program that the repository names", async () => {
  repository();
  const hook = join(repo, "hook.sh");
  writeFileSync(hook, `#!/bin/sh\necho ran >> '${join(repo, "ran")}'\n`);
  chmodSync(hook, 0o755);
  git("config", "core.fsmonitor", hook);
  await openGit(repo).dirty("app");
  expect(existsSync(join(repo, "ran"))).toBe(false);
});

it("answers for the folder even within a hook of another repository", async () => {
  const hash = repository();
  vi.stubEnv("GIT_DIR", "/nowhere/.git");
  vi.stubEnv("GIT_INDEX_FILE", "/nowhere/index");
  expect(await openGit(repo).commit()).toBe(hash);
  expect(await openGit(repo).dirty("app")).toBe(false);
});

it("does not touch the index", async () => {
  repository();
  const index = join(repo, ".git", "index");
  const before = readFileSync(index);
  // Another time on the same content: git would like to note that down.
  utimesSync(join(repo, "app", "main.ts"), 1000, 1000);
  await openGit(repo).dirty("app");
  expect(readFileSync(index).equals(before)).toBe(true);
});

it("tells who you are, in any locale", async () => {
  repository();
  vi.stubEnv("LC_ALL", "de_DE.UTF-8");
  const { user } = openGit(repo);
  expect(await user()).toBeNull();
  git("config", "user.email", "ada@example.com");
  expect(await user()).toBe("ada@example.com");
  git("config", "user.name", "Ada Łovelace");
  expect(await user()).toBe("Ada Łovelace <ada@example.com>");
});
