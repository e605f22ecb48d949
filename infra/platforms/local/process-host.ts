// Makes the edge and the watcher real: one detached process each, its config in a file, its address in another.
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { access, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "./host.ts";
import { birthOf, isAlive, livingPid } from "./processes.ts";

type Kind = "edge" | "watcher";

/** The host for the one process of this kind in the environment at `root`. */
export function processHost(root: string, kind: Kind): Host {
  const pidFile = join(root, `${kind}.pid`);
  return {
    exists: () =>
      access(join(root, `${kind}-config.json`)).then(
        () => true,
        () => false,
      ),
    running: () => serves(root, kind, pidFile),
    create: async (_name, inputs) => {
      mkdirSync(root, { recursive: true, mode: 0o700 });
      await write(
        join(root, `${kind}-config.json`),
        JSON.stringify({ ...(await preferred(root, kind)), ...inputs }),
      );
      if (await serves(root, kind, pidFile)) return;
      await stop(pidFile);
      await start(root, kind, pidFile);
    },
    remove: async () => {
      await stop(pidFile);
      await Promise.all(
        ["-config.json", ".json", ".pid", ".log"].map((end) =>
          rm(join(root, `${kind}${end}`), { force: true }),
        ),
      );
    },
  };
}

// The edge asks for the port it had before, so that its address survives a restart.
async function preferred(root: string, kind: Kind): Promise<{ port?: number }> {
  if (kind !== "edge") return {};
  const before = await readFile(join(root, "edge-config.json"), "utf8").catch(() => "{}");
  return { port: addressOf(root, kind)?.port ?? (JSON.parse(before) as { port?: number }).port ?? 0 };
}

async function start(root: string, kind: Kind, pidFile: string): Promise<void> {
  await rm(join(root, `${kind}.json`), { force: true });
  const log = openSync(join(root, `${kind}.log`), "w", 0o600);
  const script = join(import.meta.dirname, `${kind}-process.ts`);
  const child = spawn(process.execPath, [script, root], { detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(`ended with ${code ?? signal}`));
  });
  let end: string | undefined;
  void ended.then((text) => (end = text));
  // Before anything can go wrong: a process that is not written down would be left behind.
  if (child.pid !== undefined) await write(pidFile, `${child.pid} ${await birthOf(child.pid)}\n`);
  for (let patience = 500; addressOf(root, kind)?.pid !== child.pid; patience -= 1) {
    if (end !== undefined || patience === 0) {
      const tail = readFileSync(join(root, `${kind}.log`), "utf8").slice(-600);
      throw new Error(`the ${kind} did not start: ${end ?? "it told no address within 10 s"}\n${tail}`);
    }
    await sleep(20);
  }
  child.unref();
}

/** Lives, and has told an address that is its own: without one nobody finds it. */
async function serves(root: string, kind: Kind, pidFile: string): Promise<boolean> {
  const pid = await livingPid(pidFile);
  return pid !== undefined && addressOf(root, kind)?.pid === pid;
}

async function stop(pidFile: string): Promise<void> {
  for (const [signal, patience] of [
    ["SIGTERM", 600],
    ["SIGKILL", 100],
  ] as const) {
    const pid = await livingPid(pidFile);
    if (pid === undefined) return;
    process.kill(pid, signal);
    for (let left = patience; left > 0 && (await isAlive(pidFile)); left -= 1) await sleep(20);
  }
}

function addressOf(root: string, kind: Kind): { pid: number; port: number } | undefined {
  try {
    const address = JSON.parse(readFileSync(join(root, `${kind}.json`), "utf8")) as Record<string, unknown>;
    const { pid, port } = address;
    return typeof pid === "number" && typeof port === "number" ? { pid, port } : undefined;
  } catch {
    return undefined;
  }
}

async function write(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
