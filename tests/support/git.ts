// Real git repositories for tests: with a person of their own, and nothing of this machine's settings.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Settings of whoever runs the tests must not reach them. */
export const gitEnvironment: Record<string, string> = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_AUTHOR_NAME: "Ann",
  GIT_AUTHOR_EMAIL: "ann@example.com",
  GIT_COMMITTER_NAME: "Ann",
  GIT_COMMITTER_EMAIL: "ann@example.com",
};

/** Runs git in a folder; throws with its words. */
export function git(folder: string, ...words: string[]): string {
  return execFileSync("git", words, {
    cwd: folder,
    env: { ...process.env, ...gitEnvironment },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
}

/** An empty repository on branch main, in a temporary folder. */
export function makeRepository(...flags: string[]): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "surefoot-git-")));
  git(folder, "init", "--quiet", "--initial-branch=main", ...flags);
  return folder;
}

/** Writes files and commits them. The commit. */
export function commit(folder: string, files: Record<string, string>, message = "change"): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", message);
  return git(folder, "rev-parse", "HEAD");
}
