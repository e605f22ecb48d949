// Makes what the stand-ins would play had the base of a change been carried out: by the base's own code, in a folder that goes again.
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baseEntry, runBase } from "./base-run.ts";
import { fileAt, unpackCommit } from "./git-compare.ts";

export interface BaseOrder {
  repo: string;
  /** Full hash. */
  commit: string;
  /** Real names, such as `prod`; all of a platform that has a stand-in. */
  environments: readonly string[];
  signal: AbortSignal;
}

export interface BaseState extends AsyncDisposable {
  /** Folder in which stand-ins go on from there, one folder a stack; what could not be made is empty. */
  folder: string;
  /** Encrypts the state; made up for this once, so that no real one is needed. */
  passphrase: string;
  /** What could not be made, and why. */
  remarks: string[];
}

/** Never refuses for what the base is like: that is a remark. Throws the signal's reason, or when the disk is full. */
export async function makeBaseState(order: BaseOrder): Promise<BaseState> {
  const root = mkdtempSync(join(tmpdir(), "surefoot-base-"));
  const remove = (): void => rmSync(root, { recursive: true, force: true });
  // A second Ctrl-C ends the process at once.
  process.once("exit", remove);
  const dispose = async (): Promise<void> => {
    process.off("exit", remove);
    remove();
  };
  const folder = join(root, "stand-in");
  const passphrase = randomBytes(24).toString("base64url");
  try {
    mkdirSync(folder, { mode: 0o700 });
    const remarks = await fill(order, { root, folder, passphrase });
    return { folder, passphrase, remarks, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

interface Place {
  root: string;
  folder: string;
  passphrase: string;
}

async function fill({ repo, commit, environments, signal }: BaseOrder, place: Place): Promise<string[]> {
  const at = (path: string): Promise<string | null> => fileAt(repo, commit, path);
  const short = commit.slice(0, 12);
  const allNew = (why: string): string[] => [`everything is shown as new: ${why}`];
  const [code, lock] = await Promise.all([at(baseEntry), at("package-lock.json")]);
  if (code === null) return allNew(`the base ${short} cannot make its own state yet`);
  const lockfile = join(repo, "package-lock.json");
  if (lock === null || !existsSync(lockfile) || readFileSync(lockfile, "utf8") !== lock)
    return allNew(`package-lock.json differs, and the packages of the base ${short} are not here`);
  const described = await Promise.all(environments.map((name) => at(`environments/${name}.yaml`)));
  const there = environments.filter((_, index) => described[index] !== null);
  const fresh = environments.filter((name) => !there.includes(name));
  const remarks = fresh.map((name) => `${name} is shown as new: the base ${short} does not describe it`);
  if (there.length === 0) return remarks;
  const tree = join(place.root, "tree");
  mkdirSync(tree);
  await unpackCommit(repo, commit, tree);
  symlinkSync(join(repo, "node_modules"), join(tree, "node_modules"));
  const made = await runBase(tree, place, there, signal);
  return [
    ...remarks,
    ...there.flatMap((name) => {
      const why = made.get(name) ?? "";
      return why === ""
        ? []
        : [`${name} is shown as new, in part at least: the base ${short} failed: ${why}`];
    }),
  ];
}
