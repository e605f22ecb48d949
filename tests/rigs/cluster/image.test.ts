// A release as an image, at a real registry: pushed once, the same everywhere, its files as they were, each failure named.
import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { openArtifacts } from "../../../pipelines/drivers/artifacts.ts";
import { openImages } from "../../../pipelines/drivers/image.ts";
import type { ImagesOptions } from "../../../pipelines/drivers/image.ts";
import { packFolder, readArchive } from "../../../pipelines/drivers/tar.ts";
import { checkArchive } from "../../../pipelines/release/archive.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { installed } from "./binaries.ts";
import { pushBase, startRegistry } from "./registry.ts";
import type { Registry } from "./registry.ts";

const say = promisify(execFile);
let [home, crane, base]: string[] = [];
let registry: Registry;
let artifact: { digest: string; file: string };

async function stored(name: string, text: string): Promise<{ digest: string; file: string }> {
  const folder = join(home!, name);
  mkdirSync(join(folder, "bin"), { recursive: true });
  writeFileSync(join(folder, "bin", "run"), "#!/bin/sh\n");
  chmodSync(join(folder, "bin", "run"), 0o700);
  writeFileSync(join(folder, "text"), text, { mode: 0o600 });
  await packFolder(folder, `${folder}.tar`);
  const artifacts = openArtifacts(join(home!, "store"));
  const { digest } = await artifacts.put(`${folder}.tar`, { check: checkArchive });
  return { digest, file: await artifacts.get(digest) };
}

const images = (more: Partial<ImagesOptions> = {}) =>
  openImages({ registry: `${registry.host}/game`, base: base!, folder: home!, crane: crane!, ...more });
const publish = (more: Partial<ImagesOptions> = {}, one = artifact): Promise<string> =>
  images(more).publish("server", one.digest, one.file);
const pushes = (): string[] => registry.seen().filter((line) => /^(PUT|POST|PATCH) /.test(line));
const leftovers = (): string[] => readdirSync(home!).filter((name) => name.startsWith("surefoot-image-"));

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "surefoot-images-"));
  crane = join(await installed("crane"), "crane");
  registry = await startRegistry(crane);
  base = await pushBase(crane, registry.host, home, "one");
  artifact = await stored("release", "hello");
}, 600_000);
afterEach(() => {
  registry.lock();
  registry.seen();
  delete process.env["DOCKER_CONFIG"];
  expect(leftovers()).toEqual([]);
});
afterAll(async () => {
  await registry.stop();
  rmSync(home!, { recursive: true });
});

it("pushes a release once, and names it by the digest that the registry has", async () => {
  const reference = await publish();
  expect(reference).toMatch(new RegExp(`^${registry.host}/game/server@sha256:[0-9a-f]{64}$`));
  expect(pushes().length).toBeGreaterThan(0);
  expect(await publish()).toBe(reference);
  const looked = registry.seen();
  expect(looked.filter((line) => !/^(GET|HEAD) /.test(line))).toEqual([]);
  const open = images();
  const twice = [1, 2].map(() => open.publish("server", artifact.digest, artifact.file));
  expect(new Set(await Promise.all(twice))).toEqual(new Set([reference]));
  expect(registry.seen()).toEqual(looked);
});

it("holds the base's files and the release's under /release, with the modes and times of every machine", async () => {
  const file = join(home!, "export.tar");
  await say(crane!, ["export", await publish(), file]);
  const found = (await Array.fromAsync(readArchive(file))).map(
    ({ path, type, mode }) => `${type} ${mode.toString(8)} ${path.replace(/\/$/, "")}`,
  );
  expect(found.filter((line) => line.includes("release"))).toEqual([
    "folder 755 release",
    "folder 755 release/bin",
    "file 755 release/bin/run",
    "file 644 release/text",
  ]);
  expect(found).toContain("file 644 etc/base");
  expect((await say("tar", ["xOf", file, "release/text"])).stdout).toBe("hello");
  expect((await say("tar", ["xOf", file, "release/bin/run"])).stdout).toBe("#!/bin/sh\n");
});

it("gives the same digest at another registry, and another one for another artifact or base", async () => {
  const digest = (reference: string) => reference.split("@")[1];
  const mine = digest(await publish());
  const other = await startRegistry(crane!);
  try {
    const there = await pushBase(crane!, other.host, mkdtempSync(join(home!, "b-")), "one");
    expect(digest(there)).toBe(digest(base!));
    expect(digest(await publish({ registry: `${other.host}/x`, base: there }))).toBe(mine);
  } finally {
    await other.stop();
  }
  const second = await pushBase(crane!, registry.host, home!, "two");
  const more = [await publish({ base: second }), await publish({}, await stored("next", "other"))];
  expect(new Set([mine, ...more.map(digest)]).size).toBe(3);
});

it("lets two machines push the same release at once", async () => {
  const one = await stored("both", "both");
  const references = await Promise.all([publish({}, one), publish({}, one)]);
  expect(new Set(references).size).toBe(1);
  expect(await say(crane!, ["validate", "--remote", references[0]!])).toMatchObject({
    stdout: expect.stringContaining("PASS"),
  });
});

it("does not believe a tag that was moved to other content", async () => {
  const right = await publish();
  const tag = `${artifact.digest.slice(7, 19)}-${base!.split("@sha256:")[1]!.slice(0, 8)}`;
  await say(crane!, ["copy", base!, `${registry.host}/game/server:${tag}`]);
  expect(await publish()).toBe(right);
  expect((await say(crane!, ["digest", `${registry.host}/game/server:${tag}`])).stdout.trim()).toBe(
    right.split("@")[1],
  );
});

it("names a base image that is not there", async () => {
  const absent = `${registry.host}/base@sha256:${"0".repeat(64)}`;
  const refused = await refusalFrom(publish({ base: absent }));
  expect([refused.code, refused.message]).toEqual(["E_BASE_IMAGE", expect.stringContaining(absent)]);
});

it("names a registry that is down", async () => {
  const nobody = createServer().listen(0, "127.0.0.1");
  await once(nobody, "listening");
  const host = `127.0.0.1:${(nobody.address() as AddressInfo).port}`;
  await new Promise((resolve) => nobody.close(resolve));
  const refused = await refusalFrom(publish({ registry: host }));
  expect([refused.code, refused.message]).toEqual(["E_REGISTRY", expect.stringContaining(host)]);
  expect((await refusalFrom(publish({ base: `${host}/x@sha256:${"0".repeat(64)}` }))).code).toBe(
    "E_REGISTRY",
  );
});

it("is refused without a password, and takes the one of docker login", async () => {
  registry.lock("ann:hunter2");
  const refused = await refusalFrom(publish());
  expect([refused.code, refused.next]).toEqual([
    "E_REGISTRY_DENIED",
    expect.stringContaining(`docker login ${registry.host}`),
  ]);
  const login = async (password: string): Promise<void> => {
    process.env["DOCKER_CONFIG"] = mkdtempSync(join(home!, "docker-"));
    const auth = Buffer.from(`ann:${password}`).toString("base64");
    const file = join(process.env["DOCKER_CONFIG"], "config.json");
    writeFileSync(file, JSON.stringify({ auths: { [registry.host]: { auth } } }));
  };
  await login("wrong-secret");
  const again = await refusalFrom(publish());
  expect(again.code).toBe("E_REGISTRY_DENIED");
  expect(JSON.stringify([again.message, again.details])).not.toMatch(/wrong-secret|d3Jvbmc|hunter2/);
  await login("hunter2");
  expect(await publish()).toContain(`${registry.host}/game/server@sha256:`);
});

it("ends crane when the run is interrupted", async () => {
  const slow = await startRegistry(crane!);
  try {
    const [{ asked, gone }, stop] = [slow.hold(), new AbortController()];
    const running = publish({ registry: slow.host, signal: stop.signal });
    const ended = expect(running).rejects.toThrow("interrupted by SIGINT");
    await asked;
    stop.abort(new Error("interrupted by SIGINT"));
    await Promise.all([ended, gone]);
  } finally {
    await slow.stop();
  }
});

it("says how crane is installed where it is not", async () => {
  const refused = await refusalFrom(publish({ crane: join(home!, "none") }));
  expect([refused.code, refused.next]).toEqual(["E_CRANE", expect.stringContaining("go install")]);
});
