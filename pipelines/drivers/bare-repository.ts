// Makes a bare repository that checks and delivers what is pushed to it, and names it as a remote of this clone.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Refusal } from "../errors.ts";
import { askGit, runGit } from "./git-command.ts";

export interface BareRepository {
  repo: string;
  remote: string;
  /** Absolute; neither it nor anything in it may exist. */
  path: string;
  branch: string;
  /** Where the hooks come from, each `<name>.sh`. */
  hooks: string;
  /** What the hooks are told: `surefoot.<key>`. */
  settings: Record<string, string>;
}

/** Makes it whole or not at all. Refuses with E_REMOTE where the remote or the folder is there already. */
export async function makeBareRepository(wanted: BareRepository): Promise<void> {
  const { repo, remote, path, branch } = wanted;
  if ((await askGit(repo, "rev-parse", "--git-dir")) === null)
    throw refused("this folder is no git repository", "git init, and a first commit");
  const known = ((await askGit(repo, "remote")) ?? "").split("\n");
  if (known.includes(remote))
    throw refused(`there is a remote ${remote} already`, `git remote remove ${remote}, or another name`);
  if (existsSync(path)) throw refused(`${path} is there already`, "--path <another folder>");
  mkdirSync(dirname(path), { recursive: true });
  const draft = mkdtempSync(`${path}.new-`);
  try {
    await runGit(repo, ["init", "--quiet", "--bare", `--initial-branch=${branch}`, draft]);
    await configure(draft, wanted);
    installHooks(draft, wanted.hooks);
    await seedModules(repo, draft);
    renameSync(draft, path);
    await runGit(repo, ["remote", "add", "--", remote, path]);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

async function configure(draft: string, { path, settings, branch }: BareRepository): Promise<void> {
  const all = {
    "receive.denyNonFastForwards": "true",
    "receive.denyDeletes": "true",
    // Whatever the person's own settings say of hooks: without these it would deliver unchecked, or nothing.
    "core.hooksPath": join(path, "hooks"),
    // And whatever they say of line ends: what runs are the bytes of the commit.
    "core.autocrlf": "false",
    "core.eol": "lf",
    "surefoot.branch": branch,
    ...Object.fromEntries(Object.entries(settings).map(([key, value]) => [`surefoot.${key}`, value])),
  };
  for (const [key, value] of Object.entries(all))
    await runGit(draft, ["--git-dir", draft, "config", "--", key, value]);
}

function installHooks(draft: string, hooks: string): void {
  const folder = join(draft, "hooks");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const file of readdirSync(hooks)) {
    const name = file === "prepare.sh" ? file : file.replace(/\.sh$/, "");
    cpSync(join(hooks, file), join(folder, name));
    execFileSync("chmod", ["755", join(folder, name)]);
  }
}

/** The first push need not install what this clone has: hard links where the disk is the same; else the hook installs. */
async function seedModules(repo: string, draft: string): Promise<void> {
  const modules = join(repo, "node_modules");
  if (!isOfLockfile(repo, join(modules, ".surefoot-setup"))) return;
  const key = (await runGit(repo, ["hash-object", "--no-filters", "--", "package-lock.json"])).trim();
  const home = join(draft, "surefoot", "modules");
  mkdirSync(home, { recursive: true });
  try {
    execFileSync("cp", ["-RlH", modules, join(home, key)], { stdio: "ignore" });
    rmSync(join(home, key, ".surefoot-compile"), { recursive: true, force: true });
  } catch {
    rmSync(join(home, key), { recursive: true, force: true });
  }
}

/** What set-up stamps (scripts/setup.mjs): libraries of an older lockfile must not be kept under the name of this one. */
function isOfLockfile(repo: string, stamp: string): boolean {
  const lockfile = join(repo, "package-lock.json");
  if (!existsSync(lockfile) || !existsSync(stamp)) return false;
  return readFileSync(stamp, "utf8") === createHash("sha256").update(readFileSync(lockfile)).digest("hex");
}

function refused(what: string, next: string): Refusal {
  return new Refusal("E_REMOTE", { what, state: "nothing was made", next });
}
