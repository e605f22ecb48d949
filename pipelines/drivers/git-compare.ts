// Asks git what a change is: where it left its base, which paths differ from there, what the files were like.
import { mkdtemp, rm } from "node:fs/promises";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { askGit, runGit } from "./git-command.ts";

export interface Comparison {
  /** What the change is held against: the commit where it left the base, else the base itself. */
  commit: string;
  /** From the folder's root, with slashes; null where the two have no common history here. */
  paths: string[] | null;
}

/** The commit that a branch, tag or hash names; null where it names none. */
export async function commitOf(repo: string, ref: string): Promise<string | null> {
  const words = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`];
  return (await askGit(repo, ...words))?.trim() || null;
}

/** Holds the work tree, untracked files included, against the commit where HEAD left `base` (a full hash). */
export async function compareWith(repo: string, base: string): Promise<Comparison> {
  const left = (await askGit(repo, "merge-base", base, "HEAD"))?.trim();
  if (!left) return { commit: base, paths: null };
  // Programs that the checkout's settings name are not run; a renamed file is one that went and one that came.
  const plain = ["--no-renames", "--no-ext-diff", "--no-textconv"];
  const [tracked, untracked] = await Promise.all([
    askGit(repo, "diff", "--name-only", "-z", "--relative", ...plain, left),
    askGit(repo, "ls-files", "--others", "--exclude-standard", "-z"),
  ]);
  if (tracked === null || untracked === null) return { commit: left, paths: null };
  const paths = `${tracked}${untracked}`.split("\0").filter((path) => path !== "");
  return { commit: left, paths: [...new Set(paths)].toSorted() };
}

/** The text of a file as it was in a commit; null where it was not there. */
export async function fileAt(repo: string, commit: string, path: string): Promise<string | null> {
  return askGit(repo, "show", "--no-textconv", `${commit}:./${path}`);
}

/** Names of the files directly in a folder of a commit. */
export async function filesAt(repo: string, commit: string, folder: string): Promise<string[]> {
  const told = await askGit(repo, "ls-tree", "--name-only", "-z", commit, `${folder}/`);
  return (told ?? "").split("\0").flatMap((path) => (path === "" ? [] : [path.slice(folder.length + 1)]));
}

/**
 * Writes all files of a commit into an empty folder, and runs nothing. Throws where git cannot, or the disk is full. Not git archive:
 * what a commit says of its own export must not leave a file out.
 */
export async function unpackCommit(repo: string, commit: string, folder: string): Promise<void> {
  const aside = await mkdtemp(join(tmpdir(), "surefoot-commit-"));
  try {
    const env = { GIT_INDEX_FILE: join(aside, "index") };
    const plain = ["core.sparseCheckout=false", `core.hooksPath=${devNull}`, ...(await noFilters(repo))];
    const words = plain.flatMap((setting) => ["-c", setting]);
    // The folder that is asked about may lie below the repository's root.
    await runGit(repo, [...words, "read-tree", `${commit}:./`], { env });
    await runGit(repo, [...words, `--work-tree=${folder}`, "checkout-index", "--all"], { env });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Settings that keep every filter from running: a commit may ask for any that this clone or this person has. */
async function noFilters(repo: string): Promise<string[]> {
  const told = (await askGit(repo, "config", "-z", "--name-only", "--get-regexp", "^filter\\.")) ?? "";
  const drivers = told.split("\0").flatMap((key) => (key === "" ? [] : [key.slice(0, key.lastIndexOf("."))]));
  return [...new Set(drivers)].flatMap((driver) => [`${driver}.process=`, `${driver}.required=false`]);
}
