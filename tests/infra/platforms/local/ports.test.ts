// Ports for the whole machine: one owner each, over processes; free again with the owner's folder.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { beforeEach, expect, it, vi } from "vitest";
import { temporaryFolder } from "../../../support/store.ts";

const run = promisify(execFile);
const source = pathToFileURL(join(import.meta.dirname, "../../../../infra/platforms/local/ports.ts")).href;
let root = "";
let ports: typeof import("../../../../infra/platforms/local/ports.ts");

// The claims of a test lie in a folder of its own: those of the machine are left alone.
beforeEach(async () => {
  root = temporaryFolder();
  vi.stubEnv("SUREFOOT_PORTS", root);
  vi.resetModules();
  ports = await import("../../../../infra/platforms/local/ports.ts");
});

const owner = (name: string): string => {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  return folder;
};

it("gives each owner a port of its own, the next one where the first is taken", async () => {
  const first = await ports.claimPort(owner("a"), 4321);
  const second = await ports.claimPort(owner("b"), 4321);
  expect(first).toBeGreaterThanOrEqual(24_321);
  expect(second).toBeGreaterThan(first);
});

it("gives an owner its own port again", async () => {
  const first = await ports.claimPort(owner("a"), 77);
  expect(await ports.claimPort(owner("a"), 77)).toBe(first);
});

it("takes over a port whose owner's folder is gone", async () => {
  const first = await ports.claimPort(owner("a"), 99);
  rmSync(join(root, "a"), { recursive: true });
  expect(await ports.claimPort(owner("b"), 99)).toBe(first);
  expect(await ports.claimPort(owner("c"), 99)).not.toBe(first);
});

it("gives back only what is the owner's", async () => {
  const first = await ports.claimPort(owner("a"), 55);
  ports.releasePort(first, owner("b"));
  expect(await ports.claimPort(owner("b"), 55)).not.toBe(first);
  ports.releasePort(first, owner("a"));
  ports.releasePort(first, owner("a"));
  expect(await ports.claimPort(owner("c"), 55)).toBe(first);
});

it("passes over a port on which somebody listens, and does not keep it", async () => {
  const free = await ports.claimPort(owner("a"), 123);
  ports.releasePort(free, owner("a"));
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(free, "127.0.0.1", resolve));
  expect((server.address() as AddressInfo).port).toBe(free);
  expect(await ports.isFree(free)).toBe(false);
  const next = await ports.claimPort(owner("a"), free - 20_000);
  expect(next).toBeGreaterThan(free);
  const claims = readdirSync(root).find((name) => name.startsWith("surefoot-ports-")) ?? "";
  expect(existsSync(join(root, claims, String(free)))).toBe(false);
  await new Promise((resolve) => void server.close(resolve));
  expect(await ports.isFree(free)).toBe(true);
});

it("starts again at the lowest port after the highest", async () => {
  const last = await ports.claimPort(owner("a"), 11_999);
  expect(await ports.claimPort(owner("b"), 11_999)).not.toBe(last);
  for (let index = 0; index < 3; index += 1) {
    const port = await ports.claimPort(owner(`more-${index}`), 11_999);
    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThanOrEqual(31_999);
  }
});

/** Four processes that claim `each` ports at once, each for a folder of its own; returns all they got. */
async function race(each: number): Promise<string[]> {
  const program = `
    import { claimPort } from ${JSON.stringify(source)};
    import { mkdirSync } from "node:fs";
    const told = [];
    for (let index = 0; index < ${each}; index += 1) {
      const owner = process.argv[1] + "-" + index;
      mkdirSync(owner);
      told.push(await claimPort(owner, 3000));
    }
    console.log(told.join(" "));`;
  const asked = ["one", "two", "three", "four"].map((name) =>
    run(process.execPath, ["--input-type=module", "-e", program, join(root, name)]),
  );
  return (await Promise.all(asked)).flatMap(({ stdout }) => stdout.trim().split(" "));
}

it("never gives a port twice, however many processes ask at once", async () => {
  const told = await race(40);
  expect(told).toHaveLength(160);
  expect(new Set(told).size).toBe(160);
});

it("never gives the port of a dead owner twice, however many processes ask at once", async () => {
  const known = await ports.claimPort(owner("first"), 1);
  expect(known).toBeGreaterThan(20_000);
  const folder = join(root, readdirSync(root).find((name) => name.startsWith("surefoot-ports-")) ?? "");
  for (let port = 23_000; port < 23_160; port += 1)
    writeFileSync(join(folder, String(port)), join(root, "gone"));
  const told = await race(40);
  expect(new Set(told).size).toBe(160);
  // Nothing but claims stays behind.
  expect(readdirSync(folder).filter((name) => !/^\d+$/.test(name))).toEqual([]);
});
