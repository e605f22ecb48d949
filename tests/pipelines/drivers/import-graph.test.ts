// Bundles the real programs: each platform is made of its own files and what is shared, and of no other platform's.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { importGraphs } from "../../../pipelines/drivers/import-graph.ts";

const checkout = join(import.meta.dirname, "..", "..", "..");

it("knows what each platform's program is made of", async () => {
  const graphs = await importGraphs(checkout, ["local", "ssh", "aws", "kubernetes"]);
  const has = (platform: "local" | "ssh" | "aws" | "kubernetes", path: string): unknown =>
    graphs.get(platform)?.has(path);
  for (const platform of ["local", "ssh", "aws", "kubernetes"] as const) {
    expect(has(platform, "infra/index.ts")).toBe(true);
    expect(has(platform, "environments/loader.ts")).toBe(true);
    expect(has(platform, `infra/platforms/${platform}/index.ts`)).toBe(true);
  }
  expect(has("kubernetes", "infra/platforms/aws/fleet.ts")).toBe(false);
  expect(has("local", "infra/platforms/kubernetes/pods.ts")).toBe(false);
  // Pods on AWS are made by the files of kubernetes; ssh's nodes by the provider of local.
  expect(has("aws", "infra/platforms/kubernetes/pods.ts")).toBe(true);
  expect(has("ssh", "infra/platforms/local/provider.ts")).toBe(true);
  expect([...(graphs.get("aws") ?? [])].filter((path) => path.includes("node_modules"))).toEqual([]);
});

it("says that it does not know where a program cannot be bundled", async () => {
  const repo = mkdtempSync(join(tmpdir(), "surefoot-graph-"));
  try {
    expect([...(await importGraphs(repo, ["aws"]))]).toEqual([["aws", null]]);
    mkdirSync(join(repo, "infra"));
    writeFileSync(join(repo, "infra", "index.ts"), 'import "./absent.ts";');
    expect([...(await importGraphs(repo, ["aws"]))]).toEqual([["aws", null]]);
  } finally {
    rmSync(repo, { recursive: true });
  }
  expect((await importGraphs(checkout, [])).size).toBe(0);
});
