// Asks git what in a work tree differs from its commit, whatever the clone's own index and settings would leave out.
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { runGit } from "./git-command.ts";

/** Of the whole repository, from its root, ignored files aside; null where git cannot tell. Every file is read. */
export async function differingPaths(repo: string): Promise<string[] | null> {
  const folder = await mkdtemp(join(tmpdir(), "surefoot-index-"));
  try {
    const [top, here] = await Promise.all([topOf(repo), realpath(repo)]);
    // core.worktree may name another folder, and that one may be clean.
    if (here !== top && !here.startsWith(`${top}${sep}`)) return null;
    // In an index of its own nothing is marked as unchanged, left out of the work tree, or known from earlier.
    const env = { GIT_INDEX_FILE: join(folder, "index") };
    const whole = ["-c", "core.sparseCheckout=false"];
    await runGit(repo, [...whole, "read-tree", "HEAD"], { env });
    const words = ["--porcelain", "-z", "--no-renames", "--untracked-files=all", "--ignore-submodules=none"];
    const told = await runGit(repo, [...whole, "status", ...words], { env });
    return told.split("\0").flatMap((entry) => (entry === "" ? [] : [entry.slice(3)]));
  } catch {
    return null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function topOf(repo: string): Promise<string> {
  const told = await runGit(repo, ["rev-parse", "--path-format=absolute", "--show-toplevel"]);
  return realpath(told.replace(/\n$/, ""));
}
