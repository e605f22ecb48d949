// Real parts for the tests of edge and watcher: a root folder, little node servers, the processes as children.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A fresh root folder, removed after the test. */
export function newRoot(): string {
  const root = mkdtempSync(join(tmpdir(), "surefoot-"));
  mkdirSync(join(root, "nodes"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

/** Resolves once `test` is true; asks at each event of the folder, and each 50 ms for what raises none. */
export async function until(folder: string, test: () => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const ask = (): void => void (test() && resolve());
  const watcher = watch(folder, ask);
  const timer = setInterval(ask, 50);
  ask();
  await promise.finally(() => clearInterval(timer));
  watcher.close();
}

export interface Started<T> {
  child: ChildProcess;
  address: T;
  exit: Promise<number | null>;
}

/** Starts edge or watcher on a root and waits for its published address. Killed after the test if it is still there. */
export async function startProcess<T>(
  name: "edge" | "watcher",
  root: string,
  config: object,
): Promise<Started<T>> {
  writeFileSync(join(root, `${name}-config.json`), JSON.stringify(config));
  const script = join(import.meta.dirname, `../../../../infra/platforms/local/${name}-process.ts`);
  const child = spawn(process.execPath, [script, root], { stdio: ["ignore", "inherit", "inherit"] });
  const exit = once(child, "exit").then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exit;
  });
  const file = join(root, `${name}.json`);
  const died = exit.then((code) => Promise.reject(new Error(`${name} ended at once with ${code}`)));
  died.catch(() => {});
  await Promise.race([until(root, () => existsSync(file)), died]);
  return { child, exit, address: JSON.parse(readFileSync(file, "utf8")) as T };
}

export interface RigNode {
  name: string;
  port: number;
  server: Server;
  hits: number;
  drain: (on: boolean) => void;
  /** Breaks every connection and stops listening, as a killed process does. */
  kill: () => Promise<void>;
  /** Listens again, on the same port. */
  revive: () => Promise<void>;
}

export interface RigNodeOptions {
  service?: string;
  kind?: "http" | "sessions";
  zone?: string;
  handler?: RequestListener;
  /** Files of the node folder to be there before node.json. */
  files?: Record<string, string>;
}

/** A node: a real server that answers `/healthz` and hands the rest to `handler`, and its folder. */
export async function startNode(root: string, name: string, options: RigNodeOptions = {}): Promise<RigNode> {
  const { service = "app", kind = "http", zone = "a", files = {} } = options;
  const handler: RequestListener = options.handler ?? ((_request, response) => response.end(name));
  const folder = join(root, "nodes", name);
  const server = createServer((request, response) => {
    if (request.url === "/healthz") return response.end("ok");
    node.hits += 1;
    handler(request, response);
  });
  const listen = async (port: number): Promise<void> => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  const kill = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  await listen(0);
  onTestFinished(kill);
  const { port } = server.address() as AddressInfo;
  const drainFile = join(folder, "drain");
  const drain = (on: boolean): void =>
    on ? writeFileSync(drainFile, "") : rmSync(drainFile, { force: true });
  const node: RigNode = { name, port, server, hits: 0, drain, kill, revive: () => listen(port) };
  mkdirSync(join(folder, "run"), { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  const place = { name, service, kind, zone, address: "127.0.0.1", port, health: "/healthz" };
  writeFileSync(join(folder, "node.json.part"), JSON.stringify(place));
  renameSync(join(folder, "node.json.part"), join(folder, "node.json"));
  return node;
}
