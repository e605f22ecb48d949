// Where the Pulumi engine is: on PATH, or in the cache that set-up fills. Never older than the SDK beside it.
import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { coerce, satisfies } from "semver";

/** The version of the SDK, which is also the version of the engine that set-up fetches or builds. */
export const engineVersion: string = (
  createRequire(import.meta.url)("@pulumi/pulumi/package.json") as { version: string }
).version;

/** The cache lies outside the checkout: a second clone finds it filled. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env["SUREFOOT_CACHE"] ?? join(env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "surefoot");
}

/** The engine's own part of the cache, by version. */
export function engineFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(cacheFolder(env), "pulumi", engineVersion);
}

export interface Engine {
  path: string;
  /** The installation's folder (the engine is in its `bin`); undefined for the one that PATH finds. */
  root?: string;
}

/** A fitting engine, or undefined: the one that PATH finds if it fits, else the cached one. */
export function locateEngine(env: NodeJS.ProcessEnv = process.env): Engine | undefined {
  const folders = (env["PATH"] ?? "").split(delimiter).filter(Boolean);
  const first = folders.map((folder) => join(folder, "pulumi")).find(isExecutable);
  if (first !== undefined && fits(versionOf(first))) return { path: first };
  const root = engineFolder(env);
  const cached = join(root, "bin", "pulumi");
  return isExecutable(cached) ? { path: cached, root } : undefined;
}

/** True when an engine of this version can serve the SDK: same major, and at least as new. */
export function fits(version: string | undefined, wanted = engineVersion): boolean {
  return version !== undefined && satisfies(coerce(version) ?? "", `^${wanted}`);
}

function versionOf(path: string): string | undefined {
  try {
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    return execFileSync(path, ["version"], { encoding: "utf8", env, timeout: 20_000 }).trim();
  } catch {
    return undefined;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
