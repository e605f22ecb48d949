// Where the engine is found: a fitting one on PATH first, then the cache; never one that is too old.
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { engineFolder, engineVersion, fits, locateEngine } from "../../../infra/engine/locate.ts";
import { temporaryFolder } from "../../support/store.ts";

/** A program that answers `version` as the engine does. */
function engine(path: string, says: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${says}\n`);
  chmodSync(path, 0o755);
  return path;
}

const version = (of: string) => `[ "$1" = version ] && echo "${of}"`;
const world = () => {
  const root = temporaryFolder();
  const env = (...folders: string[]) => ({
    SUREFOOT_CACHE: join(root, "cache"),
    PATH: folders.map((folder) => join(root, folder)).join(":"),
  });
  return { root, env, cached: join(root, "cache", "pulumi", engineVersion, "bin", "pulumi") };
};

it("wants an engine of the SDK's major, at least as new", () => {
  expect(fits("v3.259.0", "3.259.0")).toBe(true);
  expect(fits("v3.260.1", "3.259.0")).toBe(true);
  expect(fits("v3.300.0-dev.1+abc", "3.259.0")).toBe(true);
  expect(fits("v3.258.9", "3.259.0")).toBe(false);
  expect(fits("v4.0.0", "3.259.0")).toBe(false);
  expect(fits("v2.999.0", "3.259.0")).toBe(false);
  for (const none of ["", "pulumi", undefined]) expect(fits(none, "3.259.0")).toBe(false);
  expect(fits(engineVersion)).toBe(true);
});

it("takes the one on PATH when it fits", () => {
  const { root, env, cached } = world();
  engine(cached, version(engineVersion));
  const path = engine(join(root, "bin", "pulumi"), version(`v${engineVersion}`));
  expect(locateEngine(env("empty", "bin"))).toEqual({ path });
});

it("takes the cached one when the one on PATH is too old, newer than the SDK knows, or broken", () => {
  const { root, env, cached } = world();
  engine(cached, version(engineVersion));
  const found = { path: cached, root: join(root, "cache", "pulumi", engineVersion) };
  for (const says of [version("v3.1.0"), version("v99.0.0"), "exit 1", "echo nonsense", "kill -9 $$"]) {
    engine(join(root, "bin", "pulumi"), says);
    expect(locateEngine(env("bin")), says).toEqual(found);
  }
});

it("finds none where PATH has only an old one and the cache is empty", () => {
  const { root, env } = world();
  engine(join(root, "bin", "pulumi"), version("v3.1.0"));
  expect(locateEngine(env("bin"))).toBeUndefined();
  expect(locateEngine(env())).toBeUndefined();
  expect(locateEngine({ SUREFOOT_CACHE: join(root, "cache") })).toBeUndefined();
});

it("asks only the engine that a shell would find", () => {
  const { root, env } = world();
  engine(join(root, "first", "pulumi"), version("v3.1.0"));
  engine(join(root, "second", "pulumi"), version(`v${engineVersion}`));
  expect(locateEngine(env("first", "second"))).toBeUndefined();
});

it("passes over a file that cannot be run", () => {
  const { root, env } = world();
  chmodSync(engine(join(root, "first", "pulumi"), version(`v${engineVersion}`)), 0o644);
  const path = engine(join(root, "second", "pulumi"), version(`v${engineVersion}`));
  expect(locateEngine(env("first", "second"))).toEqual({ path });
});

it("keeps the cache outside the checkout, by version", () => {
  expect(engineFolder({ SUREFOOT_CACHE: "/c" })).toBe(join("/c", "pulumi", engineVersion));
  expect(engineFolder({ XDG_CACHE_HOME: "/x" })).toBe(join("/x", "surefoot", "pulumi", engineVersion));
  expect(engineFolder({})).toContain(join(".cache", "surefoot", "pulumi"));
});
