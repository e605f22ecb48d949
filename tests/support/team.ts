// A team's repository for a story: all of this project, committed, with small descriptions; and a second clone where it is asked for.
import { execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { commit, git, gitEnvironment } from "./git.ts";
import { documentOf, listenTo } from "./started.ts";
import type { Ran, Started } from "./started.ts";
import { noAccount, processesOf } from "./world.ts";

const checkout = join(import.meta.dirname, "..", "..");

export interface Team {
  repo: string;
  /** Writes `environments/<name>.yaml`. */
  describe: (name: string, description: object) => void;
  /** Replaces a text in a file; fails where it is not there. */
  edit: (path: string, before: string, after: string) => void;
  commit: (message: string) => string;
  /** Where its programs put what they need for a moment. */
  temporary: string;
  /** Starts a verb of the repository's own code, with the variables of this moment. */
  start: (...words: string[]) => Started;
  run: (...words: string[]) => Promise<Ran>;
  json: <T = Record<string, any>>(...words: string[]) => Promise<T>;
  /** Pushes; what the other side says is in stderr. */
  push: (...words: string[]) => Started;
  /** Takes the environments down, and fails when a process is left. */
  end: (...environments: string[]) => Promise<void>;
}

/** Copies the project as git sees it, new files included. */
function copyProject(repo: string): void {
  const listed = execFileSync("git", ["ls-files", "-coz", "--exclude-standard"], {
    cwd: checkout,
    encoding: "utf8",
  });
  for (const path of listed.split("\0").filter((one) => one !== "" && !one.startsWith("tests/"))) {
    mkdirSync(dirname(join(repo, path)), { recursive: true });
    // A file that was removed and not committed yet is listed all the same.
    try {
      cpSync(join(checkout, path), join(repo, path), { verbatimSymlinks: true });
    } catch {}
  }
  symlinkSync(join(checkout, "node_modules"), join(repo, "node_modules"));
}

/** A repository of its own with nothing committed yet. */
export function makeTeam(): Team {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "surefoot-team-")));
  const [repo, temporary] = [join(home, "team"), join(home, "tmp")];
  mkdirSync(temporary);
  copyProject(repo);
  git(repo, "init", "--quiet", "--initial-branch=main");
  const settings = {
    ...gitEnvironment,
    SUREFOOT_REPO: repo,
    SUREFOOT_PORTS: home,
    NO_COLOR: "1",
    TMPDIR: temporary,
  };
  const startProgram = (program: string, words: string[]): Started => {
    const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
    const env = { ...Object.fromEntries(kept), ...noAccount(), ...settings };
    // A group of its own: a test that ends a push ends all of it, as Ctrl-C in a terminal does.
    return listenTo(spawn(program, words, { cwd: repo, env, stdio: "pipe", detached: true }));
  };
  const start: Team["start"] = (...words) =>
    startProgram(process.execPath, [join(repo, "scripts", "cli.ts"), ...words]);
  const run: Team["run"] = (...words) => start(...words).ended;
  return {
    repo,
    temporary,
    start,
    run,
    json: async <T>(...words: string[]) => documentOf<T>(await run(...words, "--json"), words),
    describe: (name, description) =>
      writeFileSync(join(repo, "environments", `${name}.yaml`), stringify(description)),
    edit: (path, before, after) => {
      const text = readFileSync(join(repo, path), "utf8");
      if (!text.includes(before)) throw new Error(`${path} does not hold ${before}`);
      writeFileSync(join(repo, path), text.replace(before, after));
    },
    commit: (message) => commit(repo, {}, message),
    push: (...words) => startProgram("git", ["push", ...words]),
    end: async (...environments) => {
      for (const name of environments) await run("down", name);
      const left = processesOf(home);
      for (const { pid } of left) process.kill(pid, "SIGKILL");
      rmSync(home, { recursive: true, force: true });
      if (left.length > 0) throw new Error(`left behind: ${JSON.stringify(left)}`);
    },
  };
}
