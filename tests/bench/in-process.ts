// Bench: what one process does with much of something: a preview of thousands of changes, a folder of hundreds of nodes.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Inventory } from "../../infra/platforms/local/inventory.ts";
import { formats, formatted } from "../../pipelines/preview/formats.ts";
import { maskDocument } from "../../pipelines/masking/masked.ts";
import { alsoMasking } from "../../pipelines/masking/registered.ts";
import { changed, manyChanged, previewed } from "../support/previewed.ts";
import { atMost } from "./row.ts";
import type { Row } from "./row.ts";

const RESOURCES = 5000;
const NODES = 200;
const ROUNDS = 50;

export function inProcess(): Row[] {
  return [
    atMost("render", `preview of ${RESOURCES} changes, masked, in ${formats.length} formats`, rendering(), 5),
    atMost("rescan", `one look at the folder of ${NODES} local nodes`, rescanning(), 20, "ms"),
  ];
}

function rendering(): number {
  const preview = changed([previewed(manyChanged(RESOURCES))]);
  const secrets = Array.from({ length: 30 }, (_, index) => `registered-secret-${index}`);
  const start = performance.now();
  alsoMasking(secrets, () => {
    const document = maskDocument(preview);
    for (const format of formats) formatted(document, format);
  });
  return (performance.now() - start) / 1000;
}

function rescanning(): number {
  const root = mkdtempSync(join(tmpdir(), "surefoot-bench-"));
  const kept = {
    service: "app",
    kind: "http",
    zone: "a",
    address: "127.0.0.1",
    port: 4000,
    health: "/healthz",
  };
  for (let at = 0; at < NODES; at += 1) {
    const folder = join(root, "nodes", `n${at}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "node.json"), JSON.stringify({ name: `n${at}`, ...kept }));
  }
  const inventory = new Inventory(root, () => {});
  try {
    const start = performance.now();
    for (let round = 0; round < ROUNDS; round += 1) inventory.rescan();
    if (inventory.nodes.length !== NODES)
      throw new Error(`${inventory.nodes.length} of ${NODES} nodes are seen`);
    return (performance.now() - start) / ROUNDS;
  } finally {
    inventory.close();
    rmSync(root, { recursive: true, force: true });
  }
}
