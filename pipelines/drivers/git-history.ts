// Asks git about the commits that are delivered: which change this is, and what last touched a service.
import { Refusal } from "../errors.ts";
import { differingPaths } from "./git-clean.ts";
import { askGit, runGit } from "./git-command.ts";

/** Pins are written by machines, on top of the change that they carry out: they are no change of their own. */
export const pinsFolder = "environments/releases";

/**
 * The commit that stands for what is checked out, pins aside: commits that only move pins do not count. Refuses with E_COMMIT
 * where there is none, where something is not committed, and where the history was cut off.
 */
export async function changeCommit(repo: string): Promise<string> {
  const shallow = await askGit(repo, "rev-parse", "--is-shallow-repository");
  if (shallow?.trim() === "true")
    throw notCommitted("the history of this checkout is cut off", "git fetch --unshallow");
  const others = (await uncommitted(repo)).slice(0, 10);
  if (others.length > 0)
    throw notCommitted("this checkout holds changes that are not committed", "git commit", others);
  const found = await pathLog(repo, [".", `:(exclude,glob)${pinsFolder}/*.json`]);
  if (found === null) throw notCommitted("this folder is no git repository with a commit", "git commit");
  return found;
}

/** The last commit that touched one of these files or folders, other than what lies in `except`; null where none did. */
export async function lastTouching(
  repo: string,
  paths: readonly string[],
  except: readonly string[] = [],
): Promise<string | null> {
  return pathLog(repo, [
    ...paths.map((path) => `:(literal)${path}`),
    ...except.map((path) => `:(exclude,literal)${path}`),
  ]);
}

async function pathLog(repo: string, specs: readonly string[]): Promise<string | null> {
  // What the words of each path mean is said by itself.
  const env = { GIT_LITERAL_PATHSPECS: "0" };
  const words = ["log", "-1", "--no-show-signature", "--format=%H", "HEAD", "--", ...specs];
  return (await runGit(repo, words, { env }).catch(() => "")).trim() || null;
}

/** Whether `other` was made on top of `commit`; false also where one of them is not known here. */
export async function isBefore(repo: string, commit: string, other: string): Promise<boolean> {
  if (commit === other) return false;
  return (await askGit(repo, "merge-base", "--is-ancestor", commit, other)) !== null;
}

/** Paths that differ from HEAD, pins aside. */
async function uncommitted(repo: string): Promise<string[]> {
  const paths = await differingPaths(repo);
  if (paths === null) throw notCommitted("git cannot tell what differs from the commit", "git status");
  // Only pins: any other file there may be code.
  return paths.filter((path) => !/^environments\/releases\/[a-z][a-z0-9-]*\.json$/.test(path));
}

function notCommitted(what: string, next: string, details: string[] = []): Refusal {
  return new Refusal("E_COMMIT", { what, state: "nothing was touched", next, details });
}
