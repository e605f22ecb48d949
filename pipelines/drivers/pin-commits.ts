// Commits pins on top of a branch and pushes them, without touching what is checked out; takes the branch's pins over.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Refusal } from "../errors.ts";
import { askGit, runGit } from "./git-command.ts";
import { pinsFolder } from "./git-history.ts";
import { replacePins } from "./pins.ts";

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

/** The option as it was given, for a command that is to be typed once more; nothing where pins stay in the work tree. */
export const pinWords = (pins: PinBranch | null): string =>
  pins === null ? "" : ` --commit-pins ${pins.remote}/${pins.branch}`;

/**
 * Puts the pins of the branch's tip into the work tree: another run may have moved them since this commit. Refuses with
 * E_PINS_PUSH, and as writing pins does.
 */
export async function pullPins(repo: string, at: PinBranch): Promise<void> {
  try {
    const tip = await tipOf(repo, at);
    const listed = await runGit(repo, ["ls-tree", "-r", "-z", "--name-only", tip, "--", pinsFolder]);
    for (const path of listed.split("\0").filter((one) => one.endsWith(".json")))
      replacePins(join(repo, pinsFolder, basename(path)), await runGit(repo, ["show", `${tip}:${path}`]));
  } catch (error) {
    throw error instanceof Refusal ? error : notTaken(at, error);
  }
}

/**
 * Commits the pins of one environment as they are in the work tree. The commit; null where the branch has the same. Refuses with
 * E_PINS_PUSH.
 */
export async function commitPins(
  repo: string,
  at: PinBranch,
  { environment, message }: { environment: string; message: string },
): Promise<string | null> {
  const path = `${pinsFolder}/${environment}.json`;
  try {
    for (let left = tries; left > 0; left -= 1) {
      const tip = await tipOf(repo, at);
      const commit = await commitOn(repo, tip, path, message);
      if (commit === null || (await move(repo, at, commit, tip))) return commit;
    }
    throw new Error("others kept pushing in the same moment");
  } catch (error) {
    throw notBrought(at, error);
  }
}

async function tipOf(repo: string, { remote, branch }: PinBranch): Promise<string> {
  const own = remote === "." ? `refs/heads/${branch}` : `refs/surefoot/${remote}/${branch}`;
  if (remote === ".") await mustBeBare(repo);
  else await runGit(repo, ["fetch", "--quiet", "--no-tags", remote, `+refs/heads/${branch}:${own}`]);
  return (await runGit(repo, ["rev-parse", "--verify", `${own}^{commit}`])).trim();
}

/** A branch that somebody has checked out must not move under them. */
async function mustBeBare(repo: string): Promise<void> {
  const home = (await runGit(repo, ["rev-parse", "--path-format=absolute", "--git-common-dir"])).trim();
  const bare = await askGit(home, "--git-dir", home, "config", "--bool", "core.bare");
  if (bare?.trim() !== "true") throw new Error("this repository is not bare");
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
    throw error;
  }
}

const identity = Object.fromEntries(
  ["AUTHOR", "COMMITTER"].flatMap((who) => [
    [`GIT_${who}_NAME`, "surefoot"],
    [`GIT_${who}_EMAIL`, "surefoot@localhost"],
  ]),
);

/** Why, a line each, without what git advises a person at a terminal. */
function wordsOf(error: unknown): string[] {
  const { stderr, message } = error as Error & { stderr?: string };
  const lines = (stderr || message).trim().split("\n");
  return lines.filter((line) => !line.startsWith("hint:"));
}

function notTaken({ remote, branch }: PinBranch, cause: unknown): Refusal {
  const [why, ...details] = wordsOf(cause);
  const message = {
    what: `the pins of ${remote}/${branch} could not be taken over: ${why}`,
    state: "nothing was begun",
    next: "mend that, then the same command again",
    details: details.slice(0, 5),
  };
  return new Refusal("E_PINS_PUSH", message, { cause });
}

function notBrought({ remote, branch }: PinBranch, cause: unknown): Refusal {
  const [why, ...details] = wordsOf(cause);
  const message = {
    what: `the pins could not be brought to ${remote}/${branch}: ${why}`,
    state: "the environment is as it was said; only git does not know it yet",
    next: `commit ${pinsFolder} of this checkout and push it; where it is gone, deliver again: that goes through the waves once more`,
    details: details.slice(0, 5),
  };
  return new Refusal("E_PINS_PUSH", message, { cause });
}
