// A repository on a server, a developer's clone of it, a GitHub, and act to run its workflows on this machine.
import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { startGithub } from "../../support/github.ts";
import type { FakeGithub } from "../../support/github.ts";
import { processesOf } from "../../support/world.ts";
import { openAct, withoutUnknown } from "./act.ts";
import type { Act } from "./act.ts";
import { startOrigin } from "./origin.ts";
import { run } from "./process.ts";
import { checkout } from "./workflows.ts";

export interface GithubWorld {
  github: FakeGithub;
  /** Where the environments are that the workflows make. */
  state: string;
  /** Runs a workflow on the commit that is checked out in the clone. */
  act: Act;
  /** Runs git in the developer's clone. */
  git: (...words: string[]) => string;
  /** Runs git in the repository on the server. */
  onServer: (...words: string[]) => string;
  /** Writes a file of the clone anew; fails where nothing changes. */
  edit: (path: string, change: (text: string) => string) => void;
  /** Commits everything on top of the server's main and brings it there. Gives the commit. */
  push: (message: string, branch?: string) => string;
  /** Runs a verb on the environments that the workflows made, and gives its JSON. */
  surefoot: (...words: string[]) => Promise<any>;
  /** What was asked of AWS: `<job> <role> <region> <seconds>`. */
  sessions: () => string[];
  /** The text of a file that a job of the last run has uploaded, as `<artifact>/<file>`. */
  artifact: (path: string) => string;
  /** Takes the environments away, and fails when a process of them is left. */
  end: () => Promise<void>;
}

/** A small fleet with short bakes on this machine, under its real name. `more`: on top of it. */
export function onThisMachine(servers: number, more: object = {}): object {
  const service = (nodes: number, rest: object = {}): object => ({
    nodes,
    startWithin: "15s",
    stopWithin: "3s",
    rollout: {
      ...(nodes > 1 ? { waves: [1, "100%"], minHealthy: "50%" } : { waves: ["100%"], minHealthy: "0%" }),
      bake: { first: "1s", rest: "1s" },
      failureBudget: 0,
      smokeRestart: false,
    },
    ...rest,
  });
  const app = service(1, { config: { IMAGE_HOST: "https://images.example.com" } });
  return { extends: "base", platform: "local", ...more, services: { server: service(servers), app } };
}

/** Makes it from what git would take of this checkout, with these descriptions in place of ours. */
export async function makeGithubWorld(environments: Record<string, object>): Promise<GithubWorld> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "surefoot-github-")));
  const github = await startGithub("acme/game");
  const origin = await startOrigin(home, github.repository, github.token);
  const work = join(home, "work");
  const git = gitIn(work);
  copyCheckout(work);
  for (const [name, description] of Object.entries(environments))
    writeFileSync(join(work, "environments", `${name}.yaml`), stringify(description));
  const edit: GithubWorld["edit"] = (path, change) => {
    const before = readFileSync(join(work, path), "utf8");
    const after = change(before);
    if (after === before) throw new Error(`${path} is as it was`);
    writeFileSync(join(work, path), after);
  };
  for (const name of ["deliver", "rollback"]) edit(`.github/workflows/${name}.yml`, withoutUnknown);
  git("init", "--quiet", "--initial-branch=main");
  appendFileSync(join(work, ".git", "info", "exclude"), "node_modules\n");
  // A developer has their own way in: only workflows come over the network.
  git("remote", "add", "origin", origin.folder);
  const env = { SUREFOOT_STATE: join(home, "state"), SUREFOOT_PORTS: home, NO_COLOR: "1" };
  const sessions = join(home, "sessions");
  const cli = join(work, "scripts", "cli.ts");
  return {
    github,
    state: env.SUREFOOT_STATE,
    git,
    edit,
    act: await openAct({ home, work, github, origin, env }),
    onServer: gitIn(origin.folder),
    push: (message, branch = "main") => {
      git("add", "--all");
      git("commit", "--quiet", "--message", message);
      // Pins have been committed there meanwhile.
      if (branch === "main" && git("ls-remote", "origin", "main") !== "")
        git("pull", "--quiet", "--rebase", "origin", "main");
      git("push", "--quiet", "--force", "origin", `HEAD:${branch}`);
      return git("rev-parse", "HEAD").trim();
    },
    surefoot: async (...words) => {
      git("pull", "--quiet", "--rebase", "origin", "main");
      const { stdout, stderr } = await run(process.execPath, [cli, ...words, "--json"], work, env);
      if (stdout === "") throw new Error(`${words.join(" ")}: ${stderr}`);
      return JSON.parse(stdout);
    },
    sessions: () => (existsSync(sessions) ? readFileSync(sessions, "utf8").trim().split("\n") : []),
    artifact: (path) => readFileSync(join(home, "artifacts", path), "utf8"),
    end: async () => {
      const made = Object.keys(environments).filter((name) =>
        existsSync(join(env.SUREFOOT_STATE, "real", name)),
      );
      const downs = made.map((name) =>
        run(process.execPath, [cli, "down", name, "--destroy", name], work, env),
      );
      const said = await Promise.all(downs);
      const left = processesOf(home);
      for (const { pid } of left) process.kill(pid, "SIGKILL");
      await Promise.all([origin[Symbol.asyncDispose](), github[Symbol.asyncDispose]()]);
      rmSync(home, { recursive: true, force: true });
      if (left.length > 0) throw new Error(`left behind: ${JSON.stringify({ left, said }, null, 1)}`);
    },
  };
}

function copyCheckout(work: string): void {
  const words = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const listed = execFileSync("git", words, { cwd: checkout, encoding: "utf8", maxBuffer: 1 << 26 });
  for (const file of listed.split("\0"))
    if (file !== "" && existsSync(join(checkout, file))) cpSync(join(checkout, file), join(work, file));
  symlinkSync(join(checkout, "node_modules"), join(work, "node_modules"));
}

function gitIn(folder: string): (...words: string[]) => string {
  const who = ["AUTHOR", "COMMITTER"].flatMap((one) => [
    [`GIT_${one}_NAME`, "Ann"],
    [`GIT_${one}_EMAIL`, "ann@example.com"],
  ]);
  const env = { ...process.env, ...Object.fromEntries(who), GIT_CONFIG_GLOBAL: "/dev/null" };
  return (...words) => execFileSync("git", words, { cwd: folder, env, encoding: "utf8", maxBuffer: 1 << 26 });
}
