// A throw-away clone of this project with what a team does in it: edit, commit, add a remote, push, each by the real programs.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Refusal } from "../errors.ts";
import { runGit } from "./git-command.ts";

export interface TeamClone {
  repo: string;
  edit: (path: string, change: (text: string) => string) => void;
  commit: (message: string) => Promise<string>;
  /** Runs a program to its end; each line it says is told. The exit code. */
  run: (program: string, words: readonly string[], line: (text: string) => void) => Promise<number>;
  remove: () => void;
}

const person = {
  GIT_AUTHOR_NAME: "Rehearsal",
  GIT_AUTHOR_EMAIL: "rehearsal@localhost",
  GIT_COMMITTER_NAME: "Rehearsal",
  GIT_COMMITTER_EMAIL: "rehearsal@localhost",
};

/** Clones what is committed here. Refuses with E_REMOTE where this is no git repository. */
export async function cloneTeam(repo: string): Promise<TeamClone> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "surefoot-push-")));
  const team = join(home, "team");
  try {
    await runGit(repo, ["clone", "--quiet", "--", repo, team]);
    await runGit(team, ["switch", "--quiet", "--force-create", "main"]);
    symlinkSync(join(repo, "node_modules"), join(team, "node_modules"));
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw new Refusal("E_REMOTE", {
      what: `this folder cannot be cloned: ${(error as Error).message.split("\n")[0]}`,
      state: "nothing was made",
      next: "run it in a clone of the project, with git",
    });
  }
  return {
    repo: team,
    edit: (path, change) => {
      const file = join(team, path);
      writeFileSync(file, change(readFileSync(file, "utf8")));
    },
    commit: async (message) => {
      await runGit(team, ["commit", "--quiet", "--all", "--no-gpg-sign", "--message", message], {
        env: person,
      });
      return (await runGit(team, ["rev-parse", "HEAD"])).trim();
    },
    run: (program, words, line) => runTold(team, program, words, line),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

function runTold(
  cwd: string,
  program: string,
  words: readonly string[],
  line: (text: string) => void,
): Promise<number> {
  const child = spawn(program, words, {
    cwd,
    env: { ...process.env, SUREFOOT_REPO: cwd, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (text) => line(text.replace(/^remote: /, "").trimEnd()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
