// Asks a real git what a change is: the commit where it left its base, the paths that differ, files and trees of old.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  commitOf,
  compareWith,
  fileAt,
  filesAt,
  unpackCommit,
} from "../../../pipelines/drivers/git-compare.ts";

let repo: string;
const git = (...words: string[]): string =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...words], {
    cwd: repo,
    encoding: "utf8",
  }).trim();
const write = (path: string, text: string): void => {
  mkdirSync(join(repo, path, ".."), { recursive: true });
  writeFileSync(join(repo, path), text);
};
const commit = (): string => {
  git("add", "-A");
  git("commit", "-qm", "change");
  return git("rev-parse", "HEAD");
};

beforeEach(() => {
  repo = mkdtempSync(join(tmpdir(), "surefoot-git-"));
  vi.stubEnv("GIT_CEILING_DIRECTORIES", tmpdir());
  vi.stubEnv("GIT_CONFIG_GLOBAL", "/dev/null");
  vi.stubEnv("GIT_CONFIG_NOSYSTEM", "1");
  git("init", "-q", "-b", "main");
  write("environments/prod.yaml", "a: 1\n");
  write("kept.txt", "1");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(repo, { recursive: true });
});

it("finds a commit by branch, tag and hash, and takes nothing for an option", async () => {
  const hash = commit();
  git("tag", "v1");
  for (const ref of ["main", "v1", hash, "HEAD"]) expect(await commitOf(repo, ref)).toBe(hash);
  for (const ref of ["nope", "--all", "-h", "", "main:kept.txt", "main\nmain"])
    expect(await commitOf(repo, ref)).toBeNull();
});

it("holds all that differs against where the branch was left, not against what main did since", async () => {
  const left = commit();
  git("checkout", "-qb", "topic");
  write("committed.txt", "1");
  commit();
  git("checkout", "-q", "main");
  write("main-only.txt", "1");
  const base = commit();
  git("checkout", "-q", "topic");
  git("mv", "kept.txt", "moved.txt");
  write("odd name\n\u00e4.txt", "1");
  expect(await compareWith(repo, base)).toEqual({
    commit: left,
    paths: ["committed.txt", "kept.txt", "moved.txt", "odd name\n\u00e4.txt"],
  });
});

it("leaves out what git ignores, and speaks of paths below the folder it is asked in", async () => {
  write(".gitignore", "ignored\n");
  write("below/a.txt", "1");
  const base = commit();
  write("ignored", "1");
  write("above.txt", "1");
  write("below/a.txt", "2");
  write("below/b.txt", "2");
  expect((await compareWith(join(repo, "below"), base)).paths).toEqual(["a.txt", "b.txt"]);
  expect(await fileAt(join(repo, "below"), base, "a.txt")).toBe("1");
});

it("does not know the paths without a common history, and runs no program that settings name", async () => {
  const base = commit();
  git("checkout", "-q", "--orphan", "other");
  write("kept.txt", "other");
  commit();
  expect(await compareWith(repo, base)).toEqual({ commit: base, paths: null });
  const marker = join(repo, "ran");
  const program = join(repo, "program.sh");
  writeFileSync(program, `#!/bin/sh\ntouch ${marker}\n`);
  chmodSync(program, 0o755);
  git("config", "diff.external", program);
  write("kept.txt", "2");
  await compareWith(repo, git("rev-parse", "HEAD"));
  expect(existsSync(marker)).toBe(false);
});

it("reads files of a commit, and tells one that is not there from an empty one", async () => {
  write("empty", "");
  const hash = commit();
  write("environments/prod.yaml", "a: 2\n");
  expect(await fileAt(repo, hash, "environments/prod.yaml")).toBe("a: 1\n");
  expect(await fileAt(repo, hash, "empty")).toBe("");
  expect(await fileAt(repo, hash, "absent")).toBeNull();
  expect(await filesAt(repo, hash, "environments")).toEqual(["prod.yaml"]);
  expect(await filesAt(repo, hash, "absent")).toEqual([]);
});

it("unpacks a whole commit with the rights of its files, and nothing of the work tree", async () => {
  write("run.sh", "#!/bin/sh\n");
  chmodSync(join(repo, "run.sh"), 0o755);
  const hash = commit();
  write("kept.txt", "2");
  write("untracked.txt", "1");
  const folder = mkdtempSync(join(tmpdir(), "surefoot-tree-"));
  try {
    await unpackCommit(repo, hash, folder);
    expect(readFileSync(join(folder, "kept.txt"), "utf8")).toBe("1");
    expect(statSync(join(folder, "run.sh")).mode & 0o100).toBe(0o100);
    expect(existsSync(join(folder, "untracked.txt"))).toBe(false);
    await expect(unpackCommit(repo, "nope", folder)).rejects.toThrow("nope");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("unpacks links that lead out of it and what is not for export, and runs nothing that the clone has for such files", async () => {
  symlinkSync("/etc", join(repo, "link"));
  write("below/hidden.txt", "1");
  write(
    ".gitattributes",
    "below/hidden.txt export-ignore filter=odd filter=a.b\nkept.txt filter=plain export-subst\n",
  );
  const hash = commit();
  const marker = join(repo, "ran");
  const program = join(repo, "program.sh");
  writeFileSync(program, `#!/bin/sh\ntouch ${marker}\ncat\n`);
  chmodSync(program, 0o755);
  git("config", "filter.plain.smudge", program);
  git("config", "filter.plain.required", "true");
  git("config", "filter.a.b.process", program);
  writeFileSync(join(repo, ".git", "hooks", "post-index-change"), readFileSync(program), { mode: 0o755 });
  const index = readFileSync(join(repo, ".git", "index"));
  const folder = mkdtempSync(join(tmpdir(), "surefoot-tree-"));
  try {
    await unpackCommit(repo, hash, folder);
    expect(readlinkSync(join(folder, "link"))).toBe("/etc");
    expect(readFileSync(join(folder, "below/hidden.txt"), "utf8")).toBe("1");
    expect(readFileSync(join(folder, "kept.txt"), "utf8")).toBe("1");
    expect(existsSync(marker)).toBe(false);
    const below = join(folder, "again");
    mkdirSync(below);
    await unpackCommit(join(repo, "below"), hash, below);
    expect(readFileSync(join(below, "hidden.txt"), "utf8")).toBe("1");
    expect(readFileSync(join(repo, ".git", "index"))).toEqual(index);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
