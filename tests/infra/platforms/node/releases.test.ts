// Releases on a node: fetched whole or not at all, switched to only when whole, the oldest pruned.
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { newNode, shells, steady } from "./rig.ts";
import type { TestNode } from "./rig.ts";

const releases = (node: TestNode) => readdirSync(join(node.home, "releases")).toSorted();
const retained = async (node: TestNode) => (await node.status()).retained.toSorted();
const fetch = (node: TestNode, id: string) => node.ask(["fetch", 1, id, node.incoming(id, steady)]);

/** Sets when each release was last used, the first longest ago. */
function used(node: TestNode, ...ids: string[]): void {
  for (const [index, id] of ids.entries())
    utimesSync(join(node.home, "releases", id, ".surefoot", "complete"), 1000 + index, 1000 + index);
}

describe.each(shells)("with %s", (shell) => {
  it("unpacks a release with its settings", async () => {
    const node = newNode(shell);
    await fetch(node, "r1+a");
    const home = join(node.home, "releases", "r1+a");
    expect(readFileSync(join(home, "bin", "main.txt"), "utf8")).toBe("this is r1+a\n");
    expect(readFileSync(join(home, ".surefoot", "release.env"), "utf8")).toContain("RELEASE='r1+a'");
    expect(readdirSync(join(node.home, "incoming"))).toEqual([]);
    expect(await retained(node)).toEqual(["r1+a"]);
  });

  it("refuses bytes that are not the digest's, and goes on when they are", async () => {
    const node = newNode(shell);
    const digest = node.incoming("r1+a", steady);
    await expect(node.ask(["fetch", 1, "r1+a", "0".repeat(64)])).rejects.toThrow(
      "app-01: fetch wrong digest for r1+a",
    );
    expect(releases(node)).toEqual([]);
    await expect(node.ask(["fetch", 1, "r1+a"])).rejects.toThrow("wrong digest");
    await node.ask(["fetch", 1, "r1+a", digest]);
    expect(await retained(node)).toEqual(["r1+a"]);
  });

  it("refuses a release that never arrived", async () => {
    const node = newNode(shell);
    const digest = node.incoming("r1+a", steady);
    rmSync(join(node.home, "incoming", "r1+a.tar"));
    await expect(node.ask(["fetch", 1, "r1+a", digest])).rejects.toThrow("wrong digest");
    await expect(node.ask(["fetch", 1, "r1+a", ""])).rejects.toThrow("wrong digest");
    expect(await retained(node)).toEqual([]);
  });

  it("takes a release that is there already for fetched", async () => {
    const node = newNode(shell);
    await fetch(node, "r1+a");
    const mark = join(node.home, "releases", "r1+a", "mark");
    writeFileSync(mark, "");
    await node.ask(["fetch", 1, "r1+a", "whatever"]);
    expect(existsSync(mark)).toBe(true);
  });

  it("keeps nothing of an archive that ends early", async () => {
    const node = newNode(shell);
    node.incoming("r1+a", steady);
    const tar = join(node.home, "incoming", "r1+a.tar");
    // In the middle of the text of its one file: three headers of 512 bytes, then four letters.
    truncateSync(tar, 3 * 512 + 4);
    const digest = createHash("sha256").update(readFileSync(tar)).digest("hex");
    await expect(node.ask(["fetch", 1, "r1+a", digest])).rejects.toThrow("app-01: fetch");
    expect(await retained(node)).toEqual([]);
    await expect(node.ask(["switch", 1, "r1+a"])).rejects.toThrow("release r1+a is not on this node");
    await fetch(node, "r1+a");
    expect(releases(node)).toEqual(["r1+a"]);
  });

  it("keeps nothing of a release whose settings did not arrive", async () => {
    const node = newNode(shell);
    const digest = node.incoming("r1+a", steady);
    rmSync(join(node.home, "incoming", "r1+a.env"));
    await expect(node.ask(["fetch", 1, "r1+a", digest])).rejects.toThrow("app-01: fetch");
    expect(await retained(node)).toEqual([]);
  });

  it("replaces what an interrupted fetch left", async () => {
    const node = newNode(shell);
    for (const left of ["r1+a", "r1+a.new"]) {
      mkdirSync(join(node.home, "releases", left), { recursive: true });
      writeFileSync(join(node.home, "releases", left, "half"), "");
    }
    await fetch(node, "r1+a");
    expect(releases(node)).toEqual(["r1+a"]);
    expect(existsSync(join(node.home, "releases", "r1+a", "half"))).toBe(false);
  });

  it("switches only to what is there", async () => {
    const node = newNode(shell);
    await fetch(node, "r1+a");
    await node.ask(["switch", 1, "r1+a"]);
    for (const missing of ["r2+a", "", "..", "../releases/r2+a"])
      await expect(node.ask(["switch", 1, missing])).rejects.toThrow("is not on this node");
    expect((await node.status()).current).toBe("r1+a");
  });

  it("goes back to no release at all", async () => {
    const node = newNode(shell);
    await fetch(node, "r1+a");
    await node.ask(["switch", 1, "r1+a"]);
    await node.ask(["clear", 1]);
    await node.ask(["clear", 1]);
    expect(await node.status()).toMatchObject({ current: null, retained: ["r1+a"] });
  });

  it("prunes the releases that were not used for longest, never the current one", async () => {
    const node = newNode(shell);
    for (const id of ["r1+a", "r2+a", "r3+a", "r4+a"]) await fetch(node, id);
    await node.ask(["switch", 1, "r2+a"]);
    used(node, "r2+a", "r4+a", "r1+a", "r3+a");
    await node.ask(["prune", 1, 3]);
    expect(await retained(node)).toEqual(["r1+a", "r2+a", "r3+a"]);
    await node.ask(["prune", 1, 2]);
    expect(await retained(node)).toEqual(["r2+a", "r3+a"]);
    await node.ask(["prune", 1, 1]);
    expect(await retained(node)).toEqual(["r2+a"]);
    await node.ask(["prune", 1, 0]);
    expect(await retained(node)).toEqual(["r2+a"]);
  });

  it("takes a switch for a use, so that a rollback finds its release", async () => {
    const node = newNode(shell);
    for (const id of ["r1+a", "r2+a", "r3+a"]) await fetch(node, id);
    used(node, "r1+a", "r2+a", "r3+a");
    await node.ask(["switch", 1, "r1+a"]);
    await node.ask(["switch", 1, "r3+a"]);
    await node.ask(["prune", 1, 2]);
    expect(await retained(node)).toEqual(["r1+a", "r3+a"]);
  });

  it("keeps as many without a current release, and clears half-fetched ones away", async () => {
    const node = newNode(shell);
    for (const id of ["r1+a", "r2+a", "r3+a"]) await fetch(node, id);
    used(node, "r1+a", "r2+a", "r3+a");
    node.incoming("r4+a", steady);
    await node.ask(["prune", 1, 2]);
    expect(await retained(node)).toEqual(["r2+a", "r3+a"]);
    expect(readdirSync(join(node.home, "incoming"))).toEqual([]);
  });

  it("prunes nothing when it is not told how many to keep", async () => {
    const node = newNode(shell);
    for (const id of ["r1+a", "r2+a"]) await fetch(node, id);
    for (const word of ["", "all", "-1"])
      await expect(node.ask(["prune", 1, word])).rejects.toThrow("keep how many");
    expect(await retained(node)).toEqual(["r1+a", "r2+a"]);
  });

  it("does all of it in a folder with spaces and quotes in its name", async () => {
    const node = newNode(shell, `it's "a" $HOME * node`);
    for (const id of ["r1+a", "r2+a"]) await fetch(node, id);
    await node.ask(["switch", 1, "r2+a"]);
    await node.ask(["prune", 1, 1]);
    expect(await node.status()).toMatchObject({ current: "r2+a", retained: ["r2+a"] });
  });
});
