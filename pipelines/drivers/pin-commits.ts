// Commits pins on top of a branch and pushes them, without touching what is checked out; takes the branch's pins over.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Refusal } from "../errors.ts";
import { askGit, runGit } from "./git-command.ts";
import { pinsFolder } from "./git-history.ts";

/** `.` as remote is this repository itself: a bare one that was pushed to. */
export interface PinBranch {
  remote: string;
  branch: string;
}

// Somebody pushes in the same moment: their commit goes first, ours on top of it.
const tries = 10;

/** Reads `origin/main`. Refuses with E_USAGE. */
export function parsePinBranch(text: string): PinBranch {
  const [, remote, branch] = /^([\w.][\w.-]*)\/([\w][\w./-]*)$/.exec(text) ?? [];
  if (remote !== undefined && branch !== undefined) return { remote, branch };
  throw new Refusal("E_USAGE", {
    what: `${JSON.stringify(text)} is not <remote>/<branch>`,
    state: "nothing was touched",
    next: "such as origin/main",
  });
}

/** Puts the pins of the branch's tip into the work tree: another run may have moved them since this commit. */
export async function pullPins(repo: string, at: PinBranch): Promise<void> {
  const tip = await tipOf(repo, at);
  const listed = (await askGit(repo, "ls-tree", "-r", "-z", "--name-only", tip, "--", pinsFolder)) ?? "";
  mkdirSync(join(repo, pinsFolder), { recursive: true });
  for (const path of listed.split("\0").filter((one) => one.endsWith(".json")))
    writeFileSync(join(repo, pinsFolder, basename(path)), await runGit(repo, ["show", `${tip}:${path}`]));
}

/** Commits the pins of one environment as they are in the work tree. The commit; null where the branch has the same. */
export async function commitPins(
  repo: string,
  at: PinBranch,
  { environment, message }: { environment: string; message: string },
): Promise<string | null> {
  const path = `${pinsFolder}/${environment}.json`;
  for (let left = tries; left > 0; left -= 1) {
    const tip = await tipOf(repo, at);
    const commit = await commitOn(repo, tip, path, message);
    if (commit === null || (await move(repo, at, commit, tip))) return commit;
  }
  throw refused(at, "others kept pushing in the same moment");
}

async function tipOf(repo: string, at: PinBranch): Promise<string> {
  const { remote, branch } = at;
  const own = remote === "." ? `refs/heads/${branch}` : `refs/surefoot/${remote}/${branch}`;
  try {
    if (remote === ".") await mustBeBare(repo, at);
    else await runGit(repo, ["fetch", "--quiet", "--no-tags", remote, `+refs/heads/${branch}:${own}`]);
    return (await runGit(repo, ["rev-parse", "--verify", `${own}^{commit}`])).trim();
  } catch (error) {
    throw error instanceof Refusal ? error : refused(at, wordsOf(error));
  }
}

/** A branch that somebody has checked out must not move under them. */
async function mustBeBare(repo: string, at: PinBranch): Promise<void> {
  const home = (await runGit(repo, ["rev-parse", "--path-format=absolute", "--git-common-dir"])).trim();
  const bare = await askGit(home, "--git-dir", home, "config", "--bool", "core.bare");
  if (bare?.trim() !== "true") throw refused(at, "this repository is not bare");
}

async function commitOn(repo: string, tip: string, path: string, message: string): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), "surefoot-pins-"));
  try {
    const env = { GIT_INDEX_FILE: join(folder, "index"), ...identity };
    const git = async (...words: string[]): Promise<string> => (await runGit(repo, words, { env })).trim();
    await git("read-tree", tip);
    const blob = await git("hash-object", "-w", "--", path);
    await git("update-index", "--add", "--cacheinfo", `100644,${blob},${path}`);
    const tree = await git("write-tree");
    if (tree === (await git("rev-parse", `${tip}^{tree}`))) return null;
    return await git("commit-tree", "--no-gpg-sign", tree, "-p", tip, "-m", message);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** False: somebody else was first. */
async function move(repo: string, at: PinBranch, commit: string, tip: string): Promise<boolean> {
  const { remote, branch } = at;
  const ref = `refs/heads/${branch}`;
  try {
    if (remote === ".") await runGit(repo, ["update-ref", ref, commit, tip]);
    else await runGit(repo, ["push", "--quiet", "--no-verify", remote, `${commit}:${ref}`]);
    return true;
  } catch (error) {
    if ((await tipOf(repo, at)) !== tip) return false;
    throw refused(at, wordsOf(error));
  }
}

const identity = Object.fromEntries(
  ["AUTHOR", "COMMITTER"].flatMap((who) => [
    [`GIT_${who}_NAME`, "surefoot"],
    [`GIT_${who}_EMAIL`, "surefoot@localhost"],
  ]),
);

/** Why, without what git advises a person at a terminal. */
const wordsOf = (error: unknown): string =>
  String((error as { stderr?: string }).stderr ?? (error as Error).message)
    .split("\n")
    .filter((line) => !line.startsWith("hint:"))
    .join("\n")
    .trim();

function refused({ remote, branch }: PinBranch, why: string): Refusal {
  return new Refusal("E_PINS_PUSH", {
    what: `the pins could not be brought to ${remote}/${branch}: ${why.split("\n")[0]}`,
    state: "the environment is as it was said; only git does not know it yet",
    next: `commit ${pinsFolder} of this checkout and push it; where it is gone, deliver again: that goes through the waves once more`,
    details: why.split("\n").slice(1, 6),
  });
}
