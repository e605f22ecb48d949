// A repository of its own for a story: the real code and samples, a description of the wished size, real processes.
import { spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { stringify } from "yaml";
import { documentOf, listenTo } from "./started.ts";
import type { Ran, Started } from "./started.ts";

const checkout = join(import.meta.dirname, "..", "..");
const cli = join(checkout, "scripts", "cli.ts");

export interface World {
  repo: string;
  /** Writes `environments/<name>.yaml`: services by name, on top of the shared base. */
  describe: (description: object, name?: string) => void;
  /** Runs a verb to its end. */
  run: (...words: string[]) => Promise<Ran>;
  /** Runs a verb with --json and gives its one document. */
  json: <T = Record<string, any>>(
    ...words: string[]
  ) => Promise<{ code: number | null; document: T; stderr: string }>;
  /** Starts a verb and leaves it running. */
  start: (...words: string[]) => Started;
  /** Ends everything, and fails when a process of the world is left. */
  end: () => Promise<void>;
}

/** Small fleets with short bakes; `server` and `app` may override anything. */
export function small(server: object = {}, app: object = {}): object {
  return {
    extends: "base",
    platform: "aws",
    region: "eu-central-1",
    zones: ["eu-central-1a", "eu-central-1b"],
    rehearsal: { bake: { first: "2s", rest: "3s" } },
    services: {
      server: { nodes: 3, startWithin: "10s", stopWithin: "3s", ...server },
      app: {
        nodes: 2,
        startWithin: "10s",
        stopWithin: "3s",
        config: { IMAGE_HOST: "https://images.example.com" },
        ...app,
      },
    },
  };
}

export function makeWorld(): World {
  const repo = realpathSync(mkdtempSync(join(tmpdir(), "surefoot-story-")));
  mkdirSync(join(repo, "environments"));
  copyFileSync(join(checkout, "environments", "base.yaml"), join(repo, "environments", "base.yaml"));
  for (const name of ["examples", "infra", "node_modules"])
    symlinkSync(join(checkout, name), join(repo, name));
  const env = { ...process.env, ...noAccount(), SUREFOOT_REPO: repo, SUREFOOT_PORTS: repo, NO_COLOR: "1" };
  const start: World["start"] = (...words) =>
    listenTo(spawn(process.execPath, [cli, ...words], { env, stdio: "pipe", cwd: repo }));
  const run: World["run"] = (...words) => start(...words).ended;
  return {
    repo,
    start,
    run,
    describe: (description, name = "test") =>
      writeFileSync(join(repo, "environments", `${name}.yaml`), stringify(description)),
    json: async <T>(...words: string[]) => {
      const ran = await run(...words, "--json");
      return { code: ran.code, stderr: ran.stderr, document: documentOf<T>(ran, words) };
    },
    end: async () => {
      const names = readdirSync(join(repo, "environments")).map((file) => file.replace(".yaml", ""));
      for (const name of names.filter((one) => one !== "base")) await run("down", `local/${name}`);
      await endReal(repo, run);
      const left = processesOf(repo);
      for (const { pid } of left) process.kill(pid, "SIGKILL");
      rmSync(repo, { recursive: true, force: true });
      if (left.length > 0) throw new Error(`left behind: ${JSON.stringify(left)}`);
    },
  };
}

/** Takes real environments of this machine down; one that its own gates keep up is ended by force. */
async function endReal(repo: string, run: World["run"]): Promise<void> {
  const real = join(repo, ".surefoot", "real");
  for (const name of existsSync(real) ? readdirSync(real) : []) {
    const { code } = await run("down", name, "--destroy", name);
    if (code !== 0) await killAll(join(real, name));
  }
}

/** Ends every process of a folder, and resolves once they are gone. */
async function killAll(folder: string): Promise<void> {
  for (let left = processesOf(folder); left.length > 0; left = processesOf(folder)) {
    for (const { pid } of left) process.kill(pid, "SIGKILL");
    await setTimeout(20);
  }
}

/** No test may reach somebody's account, whatever this shell is signed in to; a rig's own endpoint is none. */
export function noAccount(): Record<string, string | undefined> {
  if (process.env["AWS_ENDPOINT_URL"] !== undefined) return {};
  const given = Object.keys(process.env).filter((name) => name.startsWith("AWS_"));
  return {
    ...Object.fromEntries(given.map((name) => [name, undefined])),
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/** Processes that work in the folder or name it on their command line; our own are left out. */
export function processesOf(folder: string): { pid: number; command: string }[] {
  return readdirSync("/proc").flatMap((entry) => {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      const home = readlinkSync(`/proc/${pid}/cwd`);
      return command.includes(folder) || home.startsWith(folder) ? [{ pid, command }] : [];
    } catch {
      return [];
    }
  });
}
