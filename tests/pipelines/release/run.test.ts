// Whole releases with real builds: the same digest everywhere, honest refusals, nothing left behind.
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openArtifacts } from "../../../pipelines/drivers/artifacts.ts";
import { openBuilder } from "../../../pipelines/drivers/build.ts";
import { openGit } from "../../../pipelines/drivers/git.ts";
import type { Manifest } from "../../../pipelines/release/manifest.ts";
import { buildRelease, importRelease } from "../../../pipelines/release/run.ts";
import type { MadeRelease, ReleaseOrder } from "../../../pipelines/release/run.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { tarOf } from "../../support/tar-writer.ts";

let home: string;
let repo: string;
let store: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "surefoot-release-"));
  // Builds put their output into the temporary folder too: here it can be seen that none stays.
  mkdirSync(join(home, "tmp"));
  vi.stubEnv("TMPDIR", join(home, "tmp"));
  vi.stubEnv("GIT_CEILING_DIRECTORIES", tmpdir());
  repo = checkout("repo");
  store = join(home, "store");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

function checkout(name: string): string {
  const path = join(home, name);
  mkdirSync(join(path, "services", "app"), { recursive: true });
  writeFileSync(join(path, "services", "app", "main.mjs"), "console.log('hello')\n");
  return path;
}

const toOutDir =
  'mkdir -p "$OUT_DIR/lib" && cp main.mjs "$OUT_DIR/" && echo "$VERSION" > "$OUT_DIR/lib/version"';

const service = (build = toOutDir): ReleaseOrder["service"] => ({
  name: "app",
  source: "services/app",
  build,
  start: "node main.mjs",
  needs: { IMAGE_HOST: "url" },
});

function release(order: Partial<ReleaseOrder> = {}, signal?: AbortSignal): Promise<MadeRelease> {
  return buildRelease(
    {
      service: service(),
      release: "r1",
      set: {},
      builtBy: "ada",
      now: new Date("2026-01-02T03:04:05Z"),
      ...order,
    },
    { artifacts: openArtifacts(store), git: openGit(repo), builder: openBuilder(repo, signal) },
  );
}

function inAnotherWorld(setting: string, root: string, into: string): Manifest {
  const script = new URL("../../support/build-once.ts", import.meta.url).pathname;
  const words = [process.execPath, script, root, join(home, into), JSON.stringify(service())];
  const output = execFileSync("sh", ["-c", `${setting}; exec "$@"`, "sh", ...words], { encoding: "utf8" });
  return JSON.parse(output) as Manifest;
}

const git = (...words: string[]): string =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...words], {
    cwd: repo,
    encoding: "utf8",
  }).trim();

const order = (archive: string, digest?: string): Parameters<typeof importRelease>[0] => ({
  service: service(),
  release: "r7",
  set: {},
  builtBy: "ada",
  now: new Date(),
  archive,
  digest,
});

it("builds the same digest in another folder under another umask, time zone and locale", () => {
  const one = inAnotherWorld("umask 022; export TZ=UTC LC_ALL=C", repo, "store-1");
  const settings = "umask 077; export TZ=Asia/Tokyo LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8 VERSION=9 FOO=1";
  const other = inAnotherWorld(settings, checkout("deeper/other"), "store-2");
  expect(other.digest).toBe(one.digest);
  expect(other.configHash).toBe(one.configHash);
  const stored = join(home, "store-2", "artifacts", "sha256", `${one.digest.slice(7)}.tar`);
  expect(execFileSync("tar", ["-xOf", stored, "lib/version"], { encoding: "utf8" })).toBe("r1\n");
});

it("writes a manifest that says everything, and leaves nothing else behind", async () => {
  const { manifest, kept } = await release({ set: { REGION: "eu" } });
  expect(kept).toBe(false);
  expect(manifest).toMatchObject({
    service: "app",
    release: "r1",
    version: "r1",
    commit: null,
    start: "node main.mjs",
    needs: { IMAGE_HOST: "url" },
    config: { REGION: "eu" },
    builtBy: "ada",
    builtAt: "2026-01-02T03:04:05.000Z",
  });
  expect(JSON.parse(readFileSync(join(store, "releases", "app", "r1.json"), "utf8"))).toEqual(manifest);
  expect(readdirSync(join(store, "drafts"))).toEqual([]);
  expect(readdirSync(join(home, "tmp"))).toEqual([]);
  expect(readdirSync(join(repo, "services", "app"))).toEqual(["main.mjs"]);
});

it("keeps a release that is made again, and refuses other content under its name", async () => {
  const first = await release();
  const again = await release({ builtBy: "bob", now: new Date("2026-02-02T00:00:00Z") });
  expect(again).toEqual({ manifest: first.manifest, kept: true });
  const otherConfig = await refusalFrom(release({ set: { REGION: "us" } }));
  expect(otherConfig.code).toBe("E_RELEASE_EXISTS");
  expect(otherConfig.details).toEqual(['config: {}, now {"REGION":"us"}']);
  writeFileSync(join(repo, "services", "app", "main.mjs"), "other\n");
  const otherBytes = await refusalFrom(release());
  expect(otherBytes.code).toBe("E_RELEASE_EXISTS");
  expect(otherBytes.details[0]).toContain(`digest: ${first.manifest.digest}, now sha256:`);
});

it("two builds of one service at once do not mix", async () => {
  const both = await Promise.all(["r1", "r2"].map((name) => release({ release: name })));
  const digests = both.map(({ manifest }) => manifest.digest);
  expect(new Set(digests).size).toBe(2);
  const alone = await release({ release: "r1" });
  expect(alone.kept).toBe(true);
});

it("takes dist/ from a build that knows no OUT_DIR", async () => {
  const { manifest } = await release({ service: service("mkdir -p dist && cp main.mjs dist/") });
  const path = await openArtifacts(store).get(manifest.digest);
  expect(execFileSync("tar", ["-tf", path], { encoding: "utf8" })).toBe("main.mjs\n");
});

it("gives the build the repository's own tools and little else", async () => {
  mkdirSync(join(repo, "node_modules", ".bin"), { recursive: true });
  writeFileSync(join(repo, "node_modules", ".bin", "bundle"), '#!/bin/sh\nenv > "$OUT_DIR/env"\n', {
    mode: 0o755,
  });
  vi.stubEnv("SECRET_TOKEN", "hush");
  const { manifest } = await release({ service: service("bundle") });
  const path = await openArtifacts(store).get(manifest.digest);
  const names = execFileSync("tar", ["-xOf", path, "env"], { encoding: "utf8" }).match(/^\w+(?==)/gm);
  const given = ["HOME", "LC_ALL", "OUT_DIR", "PATH", "SOURCE_DATE_EPOCH", "TMPDIR", "TZ", "VERSION"];
  expect(names?.filter((name) => !["PWD", "OLDPWD", "SHLVL", "_"].includes(name)).toSorted()).toEqual(given);
});

describe("names", () => {
  it("come from the commit, from commit and digest when changed, from the digest without git", async () => {
    const untracked = await release({ release: undefined });
    expect(untracked.manifest.release).toBe(untracked.manifest.digest.slice(7, 19));
    expect(untracked.manifest.version).toBe("untracked");
    git("init", "-q");
    git("add", "-A");
    git("commit", "-qm", "one");
    const commit = git("rev-parse", "HEAD");
    const clean = await release({ release: undefined });
    expect(clean.manifest).toMatchObject({
      release: commit.slice(0, 10),
      version: commit.slice(0, 10),
      commit,
    });
    writeFileSync(join(repo, "services", "app", "main.mjs"), "changed\n");
    const { manifest } = await release({ release: undefined });
    expect(manifest.release).toBe(`${commit.slice(0, 10)}-${manifest.digest.slice(7, 15)}`);
  });
});

describe("refuses", () => {
  it("a failing build, with its last 20 lines and without colours", async () => {
    const noisy = String.raw`for i in $(seq 1 40); do echo "line $i"; done; printf '\033[31mbroken\033[0m\n' >&2; exit 3`;
    const refusal = await refusalFrom(release({ service: service(noisy) }));
    expect(refusal.code).toBe("E_BUILD");
    expect(refusal.message).toBe("The build of app failed: exit code 3.");
    expect(refusal.details).toHaveLength(20);
    expect(refusal.details).toContain("line 40");
    expect(refusal.details).toContain("broken");
    expect(readdirSync(join(home, "tmp"))).toEqual([]);
    expect(existsSync(store)).toBe(false);
  });

  it.each([
    ["a build that leaves nothing", service("true"), "left nothing"],
    ["a missing source folder", { ...service(), source: "nowhere" }, "there is no folder nowhere"],
    ["a command that is not there", service("no-such-command-here"), "exit code 127"],
  ])("%s", async (_what, broken, words) => {
    const refusal = await refusalFrom(release({ service: broken }));
    expect([refusal.code, refusal.message]).toEqual(["E_BUILD", expect.stringContaining(words)]);
  });

  it.each([
    ["a link out of the release", 'ln -s /etc/passwd "$OUT_DIR/secret"; echo 1 > "$OUT_DIR/a"', "links out"],
    ["a pipe", 'mkfifo "$OUT_DIR/pipe"; echo 1 > "$OUT_DIR/a"', '"pipe": cannot be stored'],
  ])("a build that leaves %s", async (_what, build, words) => {
    const refusal = await refusalFrom(release({ service: service(build) }));
    expect([refusal.code, refusal.details[0]]).toEqual(["E_ARCHIVE", expect.stringContaining(words)]);
    expect(existsSync(join(store, "releases"))).toBe(false);
  });

  it("to go on when it is told to stop", async () => {
    const stop = new AbortController();
    const started = join(home, "started");
    const running = release({ service: service(`echo > '${started}'; exec sleep 600`) }, stop.signal);
    await vi.waitUntil(() => existsSync(started), { timeout: 20_000, interval: 10 });
    stop.abort();
    expect((await refusalFrom(running)).code).toBe("E_BUILD");
    expect(readdirSync(join(home, "tmp"))).toEqual([]);
  });
});

describe("an archive made elsewhere", () => {
  it("becomes a release under its digest", async () => {
    const archive = join(home, "made.tar");
    writeFileSync(archive, tarOf({ name: "main.mjs", body: "1" }));
    const artifacts = openArtifacts(store);
    const { manifest } = await importRelease(order(archive), artifacts);
    expect(manifest).toMatchObject({ release: "r7", version: "r7", commit: null, bytes: 2048 });
    expect(readFileSync(await artifacts.get(manifest.digest)).equals(readFileSync(archive))).toBe(true);
    expect((await importRelease(order(archive, manifest.digest), artifacts)).kept).toBe(true);
  });

  it("is refused with a wrong digest or a bad entry, and then nothing is stored", async () => {
    const archive = join(home, "made.tar");
    writeFileSync(archive, tarOf({ name: "main.mjs", body: "1" }));
    const wrong = await refusalFrom(
      importRelease(order(archive, `sha256:${"0".repeat(64)}`), openArtifacts(store)),
    );
    expect(wrong.code).toBe("E_DIGEST");
    writeFileSync(archive, tarOf({ name: "../main.mjs", body: "1" }));
    const bad = await refusalFrom(importRelease(order(archive), openArtifacts(store)));
    expect([bad.code, bad.details[0]]).toEqual(["E_ARCHIVE", '"../main.mjs": its name leads outside']);
    expect(existsSync(join(store, "artifacts"))).toBe(false);
    expect(existsSync(join(store, "releases"))).toBe(false);
  });
});
