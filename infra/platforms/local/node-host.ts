// Makes a local node real: its folder, its port, the node script, and the keeper that runs the node's service.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { NodeInputs } from "./node.ts";
import { claimPort, isFree, releasePort } from "./ports.ts";
import { shellLines } from "../settings.ts";
import type { Host } from "./host.ts";
import { endProcesses, isAlive } from "./processes.ts";

const run = promisify(execFile);
const script = join(import.meta.dirname, "..", "node.sh");

/** The host for node resources below `<root>/nodes`. */
export function nodeHost(root: string): Host {
  const home = (name: string): string => join(root, "nodes", name);
  return {
    exists: (name) => present(join(home(name), "node.json")),
    running: async (name) =>
      (await portOf(home(name))) !== undefined &&
      (await isAlive(join(home(name), "run", "keeper"))) &&
      !(await isRobbed(home(name))),
    create: (name, inputs) => create(home(name), name, inputs as unknown as NodeInputs),
    remove: async (name) => {
      const node = join(home(name), "node.sh");
      if (await present(node)) await run("sh", [node, "halt", "10"]);
      else await endProcesses(`${node} keeper`);
      const port = await portOf(home(name));
      await rm(home(name), { recursive: true, force: true });
      if (port !== undefined) releasePort(port, home(name));
    },
  };
}

/** Also heals: a node that is there already keeps its folder, its releases and, unless another process took it, its port. */
async function create(home: string, name: string, inputs: NodeInputs): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const seed = createHash("sha256").update(home).digest().readUInt32BE(0);
  const known = await portOf(home);
  const port = known === undefined || (await isRobbed(home)) ? await claimPort(home, seed) : known;
  const { service, kind, zone, health } = inputs;
  const settings = {
    PORT: String(port),
    NODE_NAME: name,
    NODE_ZONE: zone,
    SERVICE: service,
    PATH: await pathForServices(),
  };
  await copyFile(script, join(home, "node.sh.new"));
  await rename(join(home, "node.sh.new"), join(home, "node.sh"));
  await write(join(home, "node.env"), shellLines(settings));
  await run("sh", [join(home, "node.sh"), "boot"]);
  await write(
    join(home, "node.json"),
    JSON.stringify({ name, service, kind, zone, address: "127.0.0.1", port, health }),
  );
}

// Services run on the Node that Surefoot itself runs on, not on whichever the machine has.
async function pathForServices(): Promise<string> {
  const own = join(process.execPath, "..");
  return [own, process.env["PATH"] ?? ""].join(delimiter);
}

/** True when the node's service is down and somebody else listens on its port. */
async function isRobbed(home: string): Promise<boolean> {
  if (await isAlive(join(home, "run", "service"))) return false;
  const port = await portOf(home);
  return port !== undefined && !(await isFree(port));
}

async function portOf(home: string): Promise<number | undefined> {
  try {
    const { port } = JSON.parse(await readFile(join(home, "node.json"), "utf8")) as { port?: number };
    return Number.isInteger(port) ? port : undefined;
  } catch {
    return undefined;
  }
}

async function write(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

const present = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
