// The live set of nodes against a real folder that changes under it.
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Inventory } from "../../../../infra/platforms/local/inventory.ts";
import type { InventoryChange } from "../../../../infra/platforms/local/inventory.ts";
import { newRoot } from "./process-rig.ts";

const placeOf = (name: string, port = 4000): string =>
  JSON.stringify({
    name,
    service: "app",
    kind: "http",
    zone: "a",
    address: "127.0.0.1",
    port,
    health: "/healthz",
  });

/** An inventory, and a function that resolves with the next change that fits. */
function watching(root: string): {
  inventory: Inventory;
  seen: string[];
  next: (text: string) => Promise<void>;
} {
  const seen: string[] = [];
  const waiting: Array<{ text: string; resolve: () => void }> = [];
  const tell = ({ type, node }: InventoryChange): void => {
    const text = `${type} ${node.name} ${node.port}${node.draining ? " draining" : ""}`;
    seen.push(text);
    for (const each of waiting) if (each.text === text) each.resolve();
  };
  const inventory = new Inventory(root, tell);
  onTestFinished(() => inventory.close());
  const next = (text: string): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push({ text, resolve });
    return promise;
  };
  return { inventory, seen, next };
}

function addNode(root: string, name: string, port?: number): string {
  const folder = join(root, "nodes", name);
  mkdirSync(folder);
  writeFileSync(join(folder, "node.json"), placeOf(name, port));
  return folder;
}

test("nodes that come, drain, undrain, change and go are told by events", async () => {
  const root = newRoot();
  addNode(root, "old");
  const { inventory, seen, next } = watching(root);
  expect(seen).toEqual(["added old 4000"]);
  const added = next("added new 4000");
  const folder = addNode(root, "new");
  await added;
  const draining = next("changed new 4000 draining");
  writeFileSync(join(folder, "drain"), "");
  await draining;
  const back = next("changed new 4000");
  rmSync(join(folder, "drain"));
  await back;
  const moved = next("changed new 4001");
  writeFileSync(join(folder, "node.json"), placeOf("new", 4001));
  await moved;
  const removed = next("removed new 4001");
  rmSync(folder, { recursive: true });
  await removed;
  expect(inventory.nodes.map(({ name }) => name)).toEqual(["old"]);
});

test("a half-written or vanished file keeps what was known, until a rescan finds it gone", () => {
  const root = newRoot();
  const folder = addNode(root, "a");
  const { inventory, seen } = watching(root);
  for (const text of ["", '{"name":', "null", placeOf("b"), placeOf("a", 70_000)]) {
    writeFileSync(join(folder, "node.json"), text);
    inventory.rescan();
  }
  rmSync(join(folder, "node.json"));
  inventory.refresh("a");
  expect([seen, inventory.nodes.length]).toEqual([["added a 4000"], 1]);
  inventory.rescan();
  expect(seen).toEqual(["added a 4000", "removed a 4000"]);
  writeFileSync(join(folder, "node.json"), placeOf("a"));
  inventory.refresh("a");
  expect(seen.at(-1)).toBe("added a 4000");
});

test("a nodes folder that is missing, or made anew, is no trouble", async () => {
  const root = newRoot();
  rmSync(join(root, "nodes"), { recursive: true });
  const { inventory, next } = watching(root);
  mkdirSync(join(root, "nodes"));
  writeFileSync(join(root, "nodes", "stray-file"), "");
  const first = next("added a 4000");
  addNode(root, "a");
  await first;
  const draining = next("changed a 4001 draining");
  inventory.rescan();
  renameSync(join(root, "nodes"), join(root, "away"));
  mkdirSync(join(root, "nodes"));
  const folder = addNode(root, "a", 4001);
  inventory.rescan();
  writeFileSync(join(folder, "drain"), "");
  await draining;
});

test("sees 200 nodes, and tells nothing of those that are as they were", () => {
  const root = newRoot();
  for (let at = 0; at < 200; at += 1) addNode(root, `n${at}`);
  const { inventory, seen } = watching(root);
  inventory.rescan();
  const told = seen.length;
  inventory.rescan();
  expect([inventory.nodes.length, seen.length]).toEqual([200, told]);
});
