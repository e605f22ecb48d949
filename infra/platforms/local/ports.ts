// Gives every local node a port that stays its own: claimed for the whole machine, so that two clones never share one.
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, rmdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

// Below the range that systems hand out for outgoing connections: a port of a stopped service must not be taken by a client.
const lowest = 20_000;
const highest = 31_999;
const claims = join(process.env["SUREFOOT_PORTS"] ?? tmpdir(), `surefoot-ports-${userInfo().uid}`);

/** Claims a free port on 127.0.0.1 for the folder `owner`. The claim ends with `releasePort` or with the folder. */
export async function claimPort(owner: string, seed: number): Promise<number> {
  mkdirSync(claims, { recursive: true });
  for (let offset = 0; offset <= highest - lowest; offset += 1) {
    const port = lowest + ((seed + offset) % (highest - lowest + 1));
    if (!claim(port, owner)) continue;
    if (await isFree(port)) return port;
    releasePort(port, owner);
  }
  throw new Error(`no free port between ${lowest} and ${highest}`);
}

/** Gives the port back, if it is `owner`'s. */
export function releasePort(port: number, owner: string): void {
  const file = join(claims, String(port));
  if (holderOf(file) === owner) rmSync(file, { force: true });
}

/** True when nobody listens on the port of 127.0.0.1. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function claim(port: number, owner: string): boolean {
  const file = join(claims, String(port));
  const holder = holderOf(file);
  if (holder === undefined) return write(file, owner);
  return holder === owner || (!existsSync(holder) && takeOver(file, owner));
}

function holderOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

// A claim appears with its owner in it, whole, for the first who makes it: an empty one would look abandoned.
function write(file: string, owner: string): boolean {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, owner);
  try {
    linkSync(draft, file);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

// One at a time, and looking again: else two would take the claim over, the second one from the first.
function takeOver(file: string, owner: string): boolean {
  const lock = `${file}.lock`;
  try {
    mkdirSync(lock);
  } catch {
    return false;
  }
  try {
    const holder = holderOf(file);
    if (holder !== undefined && existsSync(holder)) return false;
    rmSync(file, { force: true });
    return write(file, owner);
  } finally {
    rmdirSync(lock);
  }
}
