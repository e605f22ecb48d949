// The layer of a release: every file under one folder, readable for all, the same bytes again, nothing that means something else there.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { writeLayer } from "../../../pipelines/drivers/image-layer.ts";
import { readArchive } from "../../../pipelines/drivers/tar.ts";
import type { TarEntry } from "../../../pipelines/release/tar-format.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { pax, tarOf } from "../../support/tar-writer.ts";
import type { WrittenEntry } from "../../support/tar-writer.ts";

let home: string;
let count = 0;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "surefoot-layer-"));
});
afterEach(() => rmSync(home, { recursive: true }));

async function layered(...entries: WrittenEntry[]): Promise<{ digest: string; bytes: Buffer; file: string }> {
  const [archive, file] = [join(home, `a${++count}.tar`), join(home, `l${count}.tar`)];
  writeFileSync(archive, tarOf(...entries));
  const digest = await writeLayer(archive, file);
  return { digest, file, bytes: readFileSync(file) };
}

async function entriesOf(file: string): Promise<string[]> {
  const told = ({ path, type, mode, target }: TarEntry) =>
    [type, mode.toString(8), path, target].join(" ").trim();
  return (await Array.fromAsync(readArchive(file))).map(told);
}

it("puts files, folders and links under /release, in their order, readable for every user", async () => {
  const long = `${"deep/".repeat(30)}file`;
  const { file, digest, bytes } = await layered(
    { name: "./", type: "5", mode: 0o700 },
    { name: "z.mjs", mode: 0o600, body: "z" },
    { name: "bin/", type: "5", mode: 0o750 },
    { name: "bin/run", mode: 0o700, body: "run" },
    { name: "bin/again", type: "1", target: "bin/run" },
    { name: "a", type: "2", target: "bin/run" },
    pax({ path: long }),
    { name: "deep", body: "x".repeat(100_000) },
  );
  expect(await entriesOf(file)).toEqual([
    "folder 755 release/",
    "file 644 release/z.mjs",
    "folder 755 release/bin/",
    "file 755 release/bin/run",
    expect.stringMatching(/^hardlink \d+ release\/bin\/again release\/bin\/run$/),
    expect.stringMatching(/^symlink \d+ release\/a bin\/run$/),
    `file 644 release/${long}`,
  ]);
  expect(digest).toBe(`sha256:${createHash("sha256").update(bytes).digest("hex")}`);
});

it("gives the same bytes whoever packed it, whenever", async () => {
  const one = await layered({ name: "a", body: "1" });
  const again = await layered(pax({ mtime: "1700000000", uname: "ann" }), { name: "./a", body: "1" });
  expect(again.bytes.equals(one.bytes)).toBe(true);
  expect((await layered({ name: "a", body: "2" })).digest).not.toBe(one.digest);
});

it("refuses a name that means a deleted file in a layer", async () => {
  for (const name of [".wh.a", "lib/.wh..wh..opq", ".wh...", ".wh.dir/a"]) {
    const refused = await refusalFrom(layered({ name, body: "1" }, { name: "b", body: "2" }));
    expect([refused.code, refused.details]).toEqual(["E_ARCHIVE", [JSON.stringify(name)]]);
  }
  expect(await entriesOf((await layered({ name: "a.wh.b", body: "1" })).file)).toHaveLength(2);
});

it("fails on an archive that ends too early, and where it cannot write", async () => {
  const archive = join(home, "cut.tar");
  writeFileSync(archive, tarOf({ name: "a", body: "1", size: 5000 }));
  await expect(writeLayer(archive, join(home, "out.tar"))).rejects.toThrow();
  await expect(writeLayer(join(home, "none.tar"), join(home, "out2.tar"))).rejects.toThrow("ENOENT");
  writeFileSync(archive, tarOf({ name: "a", body: "1".repeat(3_000_000) }));
  await expect(writeLayer(archive, join(home, "no", "out.tar"))).rejects.toThrow("ENOENT");
  await expect(writeLayer(archive, join(home, "out3.tar"), AbortSignal.abort())).rejects.toThrow("abort");
});
