// Which release a commit means for a service: the same name for as long as the same release would come out.
import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadDescription } from "../../../environments/loader.ts";
import type { Service } from "../../../environments/shape.ts";
import { releaseNameFor } from "../../../pipelines/delivery/source.ts";
import { releaseName } from "../../../pipelines/release/manifest.ts";
import { commit, makeRepository } from "../../support/git.ts";
import { join } from "node:path";

const loaded = loadDescription(join(import.meta.dirname, "../../../environments"), "dev");
if (!loaded.ok) throw new Error("the shipped dev.yaml is broken");
const app = {
  ...loaded.description.services["app"],
  source: "app",
  contracts: "app/contracts",
  inputs: ["shared.ts"],
} as Service;

let repo: string;
beforeEach(() => {
  repo = makeRepository();
});
afterEach(() => rmSync(repo, { recursive: true, force: true }));

test("stays through commits that touch nothing of it, changes with its source, its inputs and the lockfile", async () => {
  expect(await releaseNameFor(repo, app)).toBeNull();
  const names = new Set<string | null>();
  const next = async (files: Record<string, string>): Promise<void> => {
    commit(repo, files);
    names.add(await releaseNameFor(repo, app));
  };
  await next({ "app/main.ts": "1" });
  await next({ "README.md": "1", "app/contracts/page.yaml": "1", "environments/releases/dev.json": "{}" });
  expect(names.size).toBe(1);
  await next({ "app/main.ts": "2" });
  await next({ "shared.ts": "1" });
  await next({ "package-lock.json": "{}" });
  expect(names.size).toBe(4);
  for (const name of names) expect(name).toMatch(releaseName);
});

test("another way to build or to start it is another release", async () => {
  commit(repo, { "app/main.ts": "1" });
  const names = [app, { ...app, start: "exec node other.mjs" }, { ...app, build: "make" }].map((service) =>
    releaseNameFor(repo, service),
  );
  expect(new Set(await Promise.all(names)).size).toBe(3);
});
