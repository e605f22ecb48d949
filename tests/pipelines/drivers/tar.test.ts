// The same content gives the same archive, wherever, whenever and however it was written.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { packFolder, readArchive } from "../../../pipelines/drivers/tar.ts";
import type { TarEntry } from "../../../pipelines/release/tar-format.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "surefoot-tar-"));
});
afterEach(() => rmSync(home, { recursive: true }));

/** A folder of content, written in the given order of names. */
function folder(name: string, order: string[]): string {
  const path = join(home, name);
  for (const file of order) {
    mkdirSync(join(path, file, ".."), { recursive: true });
    writeFileSync(join(path, file), `content of ${file}`);
  }
  symlinkSync("main.mjs", join(path, "start"));
  return path;
}

async function packed(path: string): Promise<Buffer> {
  const file = join(home, "packed.tar");
  rmSync(file, { force: true });
  expect(await packFolder(path, file)).toEqual([]);
  return readFileSync(file);
}

const names = ["main.mjs", "lib/b.mjs", "lib/a.mjs", `${"long/".repeat(30)}ünïcode-名.mjs`, "@at", "Z", "a"];

it("does not depend on place, order, time, umask or the rights of others", async () => {
  const one = folder("one", names);
  const other = folder("somewhere-else", names.toReversed());
  utimesSync(join(other, "Z"), 1, 1);
  chmodSync(join(other, "lib"), 0o700);
  chmodSync(join(other, "main.mjs"), 0o600);
  expect((await packed(other)).equals(await packed(one))).toBe(true);
});

it("depends on the execute bit and on every byte", async () => {
  const path = folder("one", names);
  const before = await packed(path);
  chmodSync(join(path, "main.mjs"), 0o744);
  const executable = await packed(path);
  expect(executable.equals(before)).toBe(false);
  chmodSync(join(path, "main.mjs"), 0o644);
  writeFileSync(join(path, "Z"), "content of z");
  expect((await packed(path)).equals(before)).toBe(false);
});

it("does not show whether a build copied or linked", async () => {
  const linked = folder("linked", ["main.mjs"]);
  linkSync(join(linked, "main.mjs"), join(linked, "twin.mjs"));
  const copied = folder("copied", ["main.mjs"]);
  writeFileSync(join(copied, "twin.mjs"), "content of main.mjs");
  expect((await packed(linked)).equals(await packed(copied))).toBe(true);
});

it("unpacks with the machine's tar to the same content, names and rights", async () => {
  const path = folder("one", names);
  chmodSync(join(path, "lib/b.mjs"), 0o755);
  await packed(path);
  const out = join(home, "out");
  mkdirSync(out);
  execFileSync("tar", ["-xpf", join(home, "packed.tar"), "-C", out], { stdio: "pipe" });
  execFileSync("diff", ["-r", path, out]);
  const rights = execFileSync("find", [out, "-name", "*.mjs", "-perm", "-u+x", "-type", "f"]).toString();
  expect(rights.trim()).toBe(join(out, "lib/b.mjs"));
});

it("reads back what it wrote: sorted, owned by nobody, links as links", async () => {
  await packed(folder("one", names));
  const entries: TarEntry[] = [];
  for await (const entry of readArchive(join(home, "packed.tar"))) entries.push(entry);
  const paths = entries.map((e) => e.path.replace(/\/$/, ""));
  expect(paths).toEqual(paths.toSorted());
  expect(paths).toEqual(expect.arrayContaining(["@at", "lib", "start", names[3]]));
  expect(entries.find((e) => e.path === "start")).toMatchObject({ type: "symlink", target: "main.mjs" });
  expect(new Set(entries.map((e) => e.mode))).toEqual(new Set([0o644, 0o755]));
  const raw = readFileSync(join(home, "packed.tar"));
  // Owner and group of the first header: number fields and names are empty.
  expect(raw.subarray(108, 124).every((byte) => byte === 0)).toBe(true);
  expect(raw.subarray(265, 329).every((byte) => byte === 0)).toBe(true);
});

it("names what an archive cannot hold", async () => {
  const path = folder("one", ["main.mjs"]);
  execFileSync("mkfifo", [join(path, "pipe")]);
  expect(await packFolder(path, join(home, "packed.tar"))).toEqual(["pipe"]);
});

it("does not follow a link to a folder", async () => {
  const path = folder("one", ["main.mjs"]);
  symlinkSync("..", join(path, "up"));
  const archive = await packed(path);
  expect(archive.length).toBeLessThan(10_000);
});

it("reports a file that cannot be packed as an error, not as a short archive", async () => {
  await expect(packFolder(join(home, "missing"), join(home, "packed.tar"))).rejects.toThrow("ENOENT");
});
