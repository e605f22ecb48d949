// Worlds under review: a git repository with people, their keys, and commits that they make.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface Person {
  mail: string;
  /** Path of the private key; the public one is beside it. */
  key: string;
  /** `ssh-ed25519 AAAA...` */
  publicKey: string;
}

export interface People {
  folder: string;
  /** The same key for the same file name. */
  person: (mail: string, keyName?: string) => Person;
  end: () => void;
}

/** People with real keys of OpenSSH, in a folder of their own. */
export function makePeople(): People {
  const folder = mkdtempSync(join(tmpdir(), "surefoot-people-"));
  const made = new Map<string, string>();
  return {
    folder,
    person: (mail, keyName = mail) => {
      const key = join(folder, keyName.replaceAll(/[^\w.@-]/g, "_"));
      if (!made.has(key)) {
        execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", mail, "-f", key]);
        made.set(key, readFileSync(`${key}.pub`, "utf8").split(" ").slice(0, 2).join(" "));
      }
      return { mail, key, publicKey: made.get(key) ?? "" };
    },
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A line of environments/approvers. */
export const approverLine = ({ mail, publicKey }: Person, options = ""): string =>
  `${mail} ${options === "" ? "" : `${options} `}${publicKey}\n`;

/** Runs git with nobody's settings. */
export function gitIn(repo: string, words: readonly string[], who = "someone@example.com"): string {
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: who,
    GIT_AUTHOR_EMAIL: who,
    GIT_COMMITTER_NAME: who,
    GIT_COMMITTER_EMAIL: who,
  };
  return execFileSync("git", words, { cwd: repo, env, encoding: "utf8", stdio: "pipe" }).trim();
}

/** Makes the folder a repository that leaves out what is not its own. */
export function beginGit(repo: string): void {
  gitIn(repo, ["init", "-q", "-b", "main"]);
  writeFileSync(join(repo, ".gitignore"), ".surefoot/\nnode_modules\nexamples\ninfra\nsurefoot-ports-*\n");
}

/** Writes files (null: deletes one) and commits everything as this person; the commit's hash. */
export function commitAs(
  repo: string,
  who: Person | string,
  files: Record<string, string | null> = {},
  { signed = false, message = "a change" }: { signed?: boolean; message?: string } = {},
): string {
  for (const [path, text] of Object.entries(files)) {
    const file = join(repo, path);
    if (text === null) rmSync(file, { force: true });
    else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
  const mail = typeof who === "string" ? who : who.mail;
  gitIn(repo, ["add", "-A"], mail);
  const signing =
    signed && typeof who !== "string"
      ? ["-c", "gpg.format=ssh", "-c", `user.signingkey=${who.key}.pub`, "-c", "commit.gpgsign=true"]
      : [];
  gitIn(repo, [...signing, "commit", "-q", "--allow-empty", "-m", message], mail);
  return gitIn(repo, ["rev-parse", "HEAD"]);
}
