// Real nodes for tests of the node script: a folder each, every shell of this machine, no process left behind.
import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished } from "vitest";
import { shellLines } from "../../../../infra/platforms/settings.ts";
import { parseStatus } from "../../../../pipelines/drivers/node-words.ts";
import { openSession } from "../../../../pipelines/drivers/session.ts";
import type { Session } from "../../../../pipelines/drivers/session.ts";
import type { NodeStatus } from "../../../../pipelines/rollout/fleet.ts";

const run = promisify(execFile);
const script = join(import.meta.dirname, "../../../../infra/platforms/node.sh");
const path = process.env["PATH"] ?? "";
const found = (program: string): string | undefined =>
  path
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find(existsSync);

/** The shells there are; each is given to the script as the `sh` that PATH finds, which is how a system would have it. */
export const shells = ["sh", "bash", "busybox"].filter((name) => found(name) !== undefined);

export interface TestNode {
  home: string;
  /** Runs `node.sh` with these words to its end; returns what it said. */
  run: (...words: string[]) => Promise<string>;
  session: () => Session;
  /** Asks over one lasting session. */
  ask: Session["ask"];
  status: () => Promise<NodeStatus>;
  /** Waits until the node tells this state. */
  becomes: (state: NodeStatus["state"]) => Promise<void>;
  /** Puts a release into `incoming` as the driver does; returns its digest. Each start of it is on record in `pids`. */
  incoming: (id: string, start: string, settings?: Record<string, string>) => string;
  /** Fetches the release, switches to it and starts it. */
  deploy: (id: string, start?: string) => Promise<void>;
  /** Pids of every start of the service until now, oldest first. */
  pids: () => number[];
  /** Pids of keeper or service as the node remembers them. */
  remembered: (what: "keeper" | "service") => number;
  /** Command lines of the processes that belong to this node. */
  processes: () => string[];
}

/** What a service of these tests runs: it lives until it is told to end, and its command line names its node. */
export const steady = 'echo $$ >>"$PIDS"; exec tail -f "$PIDS"';
/** A signal that is ignored stays ignored over exec. */
export const deaf = `trap '' TERM; ${steady}`;
/** Crashes on its first start, and lives from the second on. */
export const crashingOnce = `[ -e "$PIDS.once" ] || { : >"$PIDS.once"; echo $$ >>"$PIDS"; exit 3; }; ${steady}`;
export const crashing = 'echo $$ >>"$PIDS"; exit 3';

/** An unbooted node in a folder of its own. When the test ends it is halted, and nothing of it may run any more. */
export function newNode(shell: string, name = "app-01"): TestNode {
  const base = mkdtempSync(join(tmpdir(), "surefoot-node-"));
  const home = join(base, name);
  const bin = join(base, "bin");
  mkdirSync(home);
  mkdirSync(bin);
  symlinkSync(found(shell) ?? shell, join(bin, "sh"));
  const env = { ...process.env, PATH: `${bin}${delimiter}${path}` };
  const node = join(home, "node.sh");
  copyFileSync(script, node);
  writeFileSync(join(home, "node.env"), shellLines({ NODE_NAME: name, PORT: "1", PIDS: join(home, "pids") }));
  writeFileSync(join(home, "pids"), "");
  const open: Session[] = [];
  const session = () => {
    const opened = openSession(name, ["env", `PATH=${env.PATH}`, "sh", node, "session"]);
    open.push(opened);
    return opened;
  };
  let lasting: Session | undefined;
  const ask: Session["ask"] = (...words) => (lasting ??= session()).ask(...words);
  const status = async () => parseStatus(await ask(["status"]));
  const processes = () => processesOf(base);
  const self: TestNode = {
    home,
    run: async (...words) => (await run("sh", [node, ...words], { env })).stdout,
    session,
    ask,
    status,
    becomes: (state) => expect.poll(async () => (await status()).state, patient).toBe(state),
    incoming: (id, start, settings = {}) => incoming(home, id, { ...settings, RELEASE: id, START: start }),
    deploy: async (id, start = steady) => {
      await ask(["fetch", 1, id, self.incoming(id, start)]);
      await ask(["switch", 1, id]);
      await ask(["start", 1]);
    },
    pids: () => readFileSync(join(home, "pids"), "utf8").split("\n").filter(Boolean).map(Number),
    remembered: (what) => Number(readFileSync(join(home, "run", what), "utf8").split(" ")[0]),
    processes,
  };
  onTestFinished(async () => {
    for (const one of open) one.close();
    await self.run("halt", "1");
    try {
      await expect.poll(processes, patient).toEqual([]);
    } finally {
      for (const line of processes()) process.kill(Number(line.split(" ")[0]), "SIGKILL");
      rmSync(base, { recursive: true, force: true });
    }
  });
  return self;
}

export const patient = { timeout: 20_000, interval: 30 };

/** True while the process runs; a zombie does not. */
export function runs(pid: number): boolean {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,stat="], { encoding: "utf8" }).split("\n");
  return lines.some((line) => new RegExp(`^ *${pid} +[^Z ]`).test(line));
}

function processesOf(folder: string): string[] {
  const lines = execFileSync("ps", ["-A", "-ww", "-o", "pid=,stat=,args="], { encoding: "utf8" }).split("\n");
  return lines.map((line) => line.trim()).filter((line) => line.includes(folder) && !/^\d+ +Z/.test(line));
}

function incoming(home: string, id: string, settings: Record<string, string>): string {
  const dist = join(home, "..", `dist-${id}`);
  mkdirSync(join(dist, "bin"), { recursive: true });
  writeFileSync(join(dist, "bin", "main.txt"), `this is ${id}\n`);
  mkdirSync(join(home, "incoming"), { recursive: true });
  const tar = join(home, "incoming", `${id}.tar`);
  execFileSync("tar", ["-cf", tar, "-C", dist, "."]);
  writeFileSync(join(home, "incoming", `${id}.env`), shellLines(settings));
  return createHash("sha256").update(readFileSync(tar)).digest("hex");
}
