// Asks git what a review needs: who made the commits of a range, who signed them, what a file was at a commit.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { Refusal } from "../errors.ts";
import { askGit, runGit } from "./git-command.ts";
import { pinsFolder } from "./git-history.ts";

export interface MadeCommit {
  hash: string;
  /** Author, committer and co-authors, lower case, as the commit says; without a signature anybody may write anything there. */
  mails: string[];
  /** A merge of two that git makes the same by itself: nobody wrote anything in it. */
  empty: boolean;
}

export interface CommitSignature {
  hash: string;
  /** By a key of the list, valid when the commit was made. */
  good: boolean;
  /** `SHA256:...`; null: it is not signed with an SSH key. */
  key: string | null;
}

const hash = /^[0-9a-f]{40}([0-9a-f]{24})?$/;
const mostBytes = 1024 * 1024;
const unset = { GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: "1" };
const pinsFile = new RegExp(`^${pinsFolder}/[a-z][a-z0-9-]*\\.json$`);

/**
 * Commits of either side that the other has not: also those that would be taken back. `base` null: the last commit alone, with what it
 * merged. Refuses with E_COMMIT where a commit is not in this clone.
 */
export async function commitsBetween(repo: string, base: string | null, head: string): Promise<MadeCommit[]> {
  const range = base === null ? await lastOf(repo, head) : [`${sure(base)}...${sure(head)}`];
  // The whole message: what git takes for a trailer, settings of the clone change.
  const format = "%H%x00%P%x00%ae%x00%ce%x00%B";
  const words = [
    "log",
    "-z",
    "--no-mailmap",
    "--no-show-signature",
    "--encoding=UTF-8",
    `--format=${format}`,
  ];
  const told = await runGit(repo, [...words, ...range, "--"]).catch(() => {
    throw notHere(base ?? head);
  });
  const fields = told === "" ? [] : told.replace(/\0$/, "").split("\0");
  const commits = Array.from({ length: fields.length / 5 }, (_, index) =>
    fields.slice(index * 5, index * 5 + 5),
  );
  return Promise.all(
    commits.map(async ([name = "", parents = "", author = "", committer = "", message = ""]) => ({
      hash: name,
      mails: [author, committer, ...coAuthors(message)].map((mail) => mail.toLowerCase()),
      empty: await mergesAlone(repo, name, parents.split(" ")),
    })),
  );
}

/** The text of a file, by its path below `repo`; null where it is not there. Refuses with E_COMMIT, and with E_APPROVERS where it is no small text file. */
export async function fileAt(repo: string, commit: string, path: string): Promise<string | null> {
  const listed = await runGit(repo, ["ls-tree", "-l", "-z", sure(commit), "--", path]).catch(() => {
    throw notHere(commit);
  });
  if (listed === "") return null;
  const [, mode, blob = "", size] = /^(\d+) blob ([0-9a-f]+) +(\d+)\t/.exec(listed) ?? [];
  if (mode === undefined || mode === "120000" || Number(size) > mostBytes)
    throw new Refusal("E_APPROVERS", {
      what: `${path} of commit ${commit.slice(0, 12)} is not a text file of at most 1 MiB`,
      state: "nothing was touched",
      next: `put a file there in the format of ssh-keygen's allowed signers, and commit it`,
    });
  return runGit(repo, ["cat-file", "blob", blob]);
}

/** Who signed these commits, by a list of allowed signers and one of revoked keys; git's own check, with nothing of the clone's settings. */
export async function signaturesOf(
  repo: string,
  commits: readonly string[],
  { allowed, revoked }: { allowed: string; revoked: string },
): Promise<CommitSignature[]> {
  if (commits.length === 0) return [];
  const folder = await mkdtemp(join(tmpdir(), "surefoot-signers-"));
  try {
    const [signers, gone] = [join(folder, "allowed"), join(folder, "revoked")];
    await writeFile(signers, allowed);
    await writeFile(gone, revoked);
    const settings = {
      "gpg.ssh.allowedSignersFile": signers,
      "gpg.ssh.revocationFile": gone,
      "gpg.ssh.program": "ssh-keygen",
      // Only SSH signatures count: no other program is asked.
      "gpg.program": "false",
      "gpg.x509.program": "false",
    };
    const given = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const words = ["log", "-z", "--no-show-signature", "--no-walk=unsorted", "--stdin"];
    const told = await runGit(repo, [...given, ...words, "--format=%H%x00%G?%x00%GK"], {
      input: `${commits.map(sure).join("\n")}\n`,
    });
    const fields = told.replace(/\0$/, "").split("\0");
    return commits.map((_, index) => {
      const [name = "", status, key = ""] = fields.slice(index * 3, index * 3 + 3);
      return { hash: name, good: status === "G", key: key.startsWith("SHA256:") ? key : null };
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** True where a commit only moves pins: what they say is part of every plan by itself. */
export async function movesOnlyPins(repo: string, commit: string): Promise<boolean> {
  const words = ["diff-tree", "--no-commit-id", "--name-only", "-r", "-m", "-z", "--root", sure(commit)];
  const paths = (await runGit(repo, words)).split("\0").filter(Boolean);
  return paths.length > 0 && paths.every((path) => pinsFile.test(path));
}

async function lastOf(repo: string, head: string): Promise<string[]> {
  const merged = await askGit(repo, "rev-parse", "--verify", "--quiet", `${sure(head)}^2`);
  return merged === null ? ["-1", head] : [`${head}^1..${head}`];
}

async function mergesAlone(repo: string, commit: string, parents: readonly string[]): Promise<boolean> {
  if (parents.length !== 2) return false;
  const objects = ["rev-parse", "--path-format=absolute", "--git-path", "objects"];
  const [shared, tree] = await Promise.all([
    askGit(repo, ...objects),
    askGit(repo, "rev-parse", `${commit}^{tree}`),
  ]);
  const merged = shared && (await mergedApart(shared.replace(/\n$/, ""), parents));
  return Boolean(merged) && merged === tree?.trim();
}

/** The tree that git makes of two commits where nothing is set: a program that a clone names for merging could make any tree. */
async function mergedApart(objects: string, parents: readonly string[]): Promise<string | null> {
  const folder = await mkdtemp(join(tmpdir(), "surefoot-merge-"));
  try {
    await mkdir(join(folder, "refs"));
    await mkdir(join(folder, "objects"));
    await writeFile(join(folder, "HEAD"), "ref: refs/heads/main\n");
    const env = { ...unset, GIT_DIR: folder, GIT_ALTERNATE_OBJECT_DIRECTORIES: JSON.stringify(objects) };
    return (await runGit(folder, ["merge-tree", "--write-tree", ...parents], { env })).trim();
  } catch {
    return null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const coAuthors = (message: string): string[] =>
  [...message.matchAll(/^[ \t]*co-authored-by[ \t]*:(.*)/gim)].flatMap(([, people = ""]) =>
    [...people.matchAll(/<([^<>\s]+)>/g)].map(([, mail = ""]) => mail),
  );

/** Only hashes become words of a command. */
function sure(commit: string): string {
  if (hash.test(commit)) return commit;
  throw new Error(`${JSON.stringify(commit.slice(0, 80))} is not the hash of a commit`);
}

const notHere = (commit: string): Refusal =>
  new Refusal("E_COMMIT", {
    what: `commit ${commit.slice(0, 12)} is not in this clone, so who made the change cannot be told`,
    state: "nothing was touched",
    next: "git fetch --all, and where the history was cut off git fetch --unshallow; then run the same command again",
  });
