// A team's repository for a story: all of this project, committed, with small descriptions; and a second clone where it is asked for.
import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
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
import { processesOf } from "./world.ts";
import type { Ran } from "./world.ts";

const checkout = join(import.meta.dirname, "..", "..");

export interface Team {
  repo: string;
  /** Writes `environments/<name>.yaml`. */
  describe: (name: string, description: object) => void;
  /** Replaces a text in a file; fails where it is not there. */
  edit: (path: string, before: string, after: string) => void;
  commit: (message: string) => string;
  /** Runs a verb of the repository's own code. */
  run: (...words: string[]) => Promise<Ran>;
  json: (...words: string[]) => Promise<Record<string, any>>;
  /** Pushes; what the other side says is in stderr. */
  push: (...words: string[]) => { child: ChildProcess; ended: Promise<Ran>; heard: () => string };
  /** Takes the environments down, and fails when a process is left. */
  end: (...environments: string[]) => Promise<void>;
}

/** Copies the project as git sees it, new files included, into a repository of its own. */
export function makeTeam(): Team {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "surefoot-team-")));
  const repo = join(home, "team");
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
  git(repo, "init", "--quiet", "--initial-branch=main");
  symlinkSync(join(checkout, "node_modules"), join(repo, "node_modules"));
  const env = {
    ...process.env,
    ...gitEnvironment,
    SUREFOOT_REPO: repo,
    SUREFOOT_PORTS: home,
    NO_COLOR: "1",
    TMPDIR: home,
  };
  const start = (program: string, words: string[]): ReturnType<Team["push"]> => {
    // A group of its own: a test that ends a push ends all of it, as Ctrl-C in a terminal does.
    const child = spawn(program, words, { cwd: repo, env, stdio: "pipe", detached: true });
    const ran: Ran = { code: null, stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (ran.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (ran.stderr += chunk.toString()));
    const ended = new Promise<Ran>((resolve) => {
      child.once("close", (code) => resolve({ ...ran, code }));
    });
    return { child, ended, heard: () => ran.stderr };
  };
  const run: Team["run"] = (...words) =>
    start(process.execPath, [join(repo, "scripts", "cli.ts"), ...words]).ended;
  return {
    repo,
    run,
    json: async (...words) => JSON.parse((await run(...words, "--json")).stdout) as Record<string, any>,
    describe: (name, description) =>
      writeFileSync(join(repo, "environments", `${name}.yaml`), stringify(description)),
    edit: (path, before, after) => {
      const text = readFileSync(join(repo, path), "utf8");
      if (!text.includes(before)) throw new Error(`${path} does not hold ${before}`);
      writeFileSync(join(repo, path), text.replace(before, after));
    },
    commit: (message) => commit(repo, {}, message),
    push: (...words) => start("git", ["push", ...words]),
    end: async (...environments) => {
      for (const name of environments) await run("down", name);
      const left = processesOf(home);
      for (const { pid } of left) process.kill(pid, "SIGKILL");
      rmSync(home, { recursive: true, force: true });
      if (left.length > 0) throw new Error(`left behind: ${JSON.stringify(left)}`);
    },
  };
}
