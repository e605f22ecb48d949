// Archives that real tar programs write are accepted; archives written to do harm are refused, each by its entry.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkArchive } from "../../../pipelines/release/archive.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { pax, tarOf, written } from "../../support/tar-writer.ts";
import type { WrittenEntry } from "../../support/tar-writer.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "surefoot-archive-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
function saved(archive: Buffer): string {
  const path = join(folder, `${++count}.tar`);
  writeFileSync(path, archive);
  return path;
}

const check = (...entries: WrittenEntry[]): Promise<unknown> => checkArchive(saved(tarOf(...entries)));
const file: WrittenEntry = { name: "main.mjs", body: "run()" };

async function complaints(action: Promise<unknown>): Promise<string> {
  const { code, details } = await refusalFrom(action);
  expect(code).toBe("E_ARCHIVE");
  return details.join("\n");
}

describe("accepts", () => {
  it.each(["ustar", "gnu", "pax"])(
    "what GNU tar writes as %s, long names and links included",
    async (format) => {
      const from = join(folder, `from-${format}`);
      const deep = join(
        from,
        ..."abcdefg".split("").map((letter) => letter.repeat(format === "ustar" ? 12 : 30)),
      );
      mkdirSync(deep, { recursive: true });
      const long = join(deep, format === "ustar" ? "file" : `${"é".repeat(60)}.mjs`);
      writeFileSync(long, "1");
      writeFileSync(join(from, "main.mjs"), "2");
      symlinkSync("../main.mjs", join(deep, "..", "up-one"));
      rmSync(join(deep, "..", "up-one"));
      symlinkSync("main.mjs", join(from, "start"));
      execFileSync("ln", [join(from, "main.mjs"), join(from, "twin.mjs")]);
      const path = join(folder, `${format}.tar`);
      execFileSync("tar", ["--format", format, "-cf", path, "-C", from, "."]);
      expect(await checkArchive(path)).toMatchObject({ entries: 12 });
    },
  );

  it("ordinary entries, a global comment as git archive writes it, and links that stay inside", async () => {
    await check(
      pax({ comment: "0123456789abcdef" }, "g"),
      { name: "./", type: "5", mode: 0o755 },
      { name: "./lib/", type: "5", mode: 0o1777 },
      { name: "lib/a.mjs", body: "x" },
      { name: "lib/up", type: "2", target: "../lib/a.mjs" },
      { name: "dangling", type: "2", target: "later" },
      { name: "twin", type: "1", target: "./lib/a.mjs" },
      { name: "..hidden", body: "not a parent" },
      pax({ path: "lib/ünïcode 名" }),
      { name: "short", body: "y" },
    );
  });
});

describe("refuses an entry that", () => {
  const outside = "leads outside";
  const cases: [what: string, entries: WrittenEntry[], complaint: string][] = [
    ["climbs", [{ name: "../evil" }], `"../evil": its name ${outside}`],
    ["climbs in the middle", [{ name: "a/../../evil" }], outside],
    ["is absolute", [{ name: "/etc/passwd" }], outside],
    ["climbs by its prefix", [{ name: "evil", prefix: "../.." }], outside],
    ["climbs by an extended header", [pax({ path: "../evil" }), { name: "fine" }], outside],
    ["climbs by a GNU long name", [{ name: "x", type: "L", body: "../evil\0" }, { name: "fine" }], outside],
    ["links to an absolute path", [{ name: "l", type: "2", target: "/etc" }], "links out of the release"],
    ["links above the release", [{ name: "d/l", type: "2", target: "../../x" }], "links out of the release"],
    ["links through a name and up", [{ name: "l", type: "2", target: "d/../x" }], "links out of the release"],
    ["hard-links outside", [{ name: "l", type: "1", target: "../x" }], "not a link to a file before it"],
    ["hard-links absolutely", [{ name: "l", type: "1", target: "/etc/shadow" }], "not a link to a file"],
    ["hard-links to what comes later", [{ name: "l", type: "1", target: "z" }, { name: "z" }], "before it"],
    [
      "hard-links to a symbolic link",
      [
        { name: "s", type: "2", target: "main.mjs" },
        { name: "l", type: "1", target: "s" },
      ],
      "not a link to a file before it",
    ],
    [
      "is written through a link",
      [{ name: "d", type: "2", target: "." }, { name: "d/evil" }],
      '"d/evil": it lies below a link or a file',
    ],
    ["lies below a file", [{ name: "f" }, { name: "f/x" }], "lies below a link or a file"],
    [
      "puts a link where a folder is",
      [{ name: "d/x" }, { name: "d", type: "2", target: "." }],
      "place of a folder",
    ],
    ["replaces the release folder", [{ name: "./", type: "2", target: "x" }], "place of a folder"],
    ["is there twice", [{ name: "a" }, { name: "./a" }], '"./a": it is there twice'],
    ["is a character device", [{ name: "d", type: "3" }], "neither file, folder nor link"],
    ["is a block device", [{ name: "d", type: "4" }], "neither file, folder nor link"],
    ["is a pipe", [{ name: "p", type: "6" }], "neither file, folder nor link"],
    ["is of an unknown type", [{ name: "s", type: "S" }], "neither file, folder nor link"],
    ["runs as its owner", [{ name: "s", mode: 0o4755 }], "setuid"],
    ["runs as its group", [{ name: "s", mode: 0o2755 }], "setuid or setgid"],
    ["has a line break in its name", [{ name: "a\nb" }], String.raw`"a\nb": control characters`],
    ["has an escape sequence in its name", [{ name: "a\u001b[2J" }], "control characters"],
    ["uses a reserved name", [{ name: ".surefoot/token" }], "the name is reserved"],
    ["uses a reserved name in disguise", [{ name: ".//.surefoot-x" }], "the name is reserved"],
  ];

  it.each(cases)("%s", async (_what, entries, complaint) => {
    expect(await complaints(check(file, ...entries))).toContain(complaint);
  });

  it("names every bad entry, up to twenty", async () => {
    const many = Array.from({ length: 30 }, (_, i) => ({ name: `../evil-${i}` }));
    const lines = (await complaints(check(file, ...many))).split("\n");
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe("and more");
  });
});

describe("refuses an archive that tar programs read differently:", () => {
  const cases: [what: string, entries: WrittenEntry[], complaint: string][] = [
    ["a wrong checksum", [{ ...file, checksum: 1 }], "checksum"],
    [
      "a prefix under a version that some ignore",
      [{ ...file, prefix: "..", magic: "ustar\u000011" }],
      "plain POSIX",
    ],
    ["a prefix in a GNU header", [{ ...file, prefix: "..", magic: "ustar  \0" }], "says more than a name"],
    ["no magic", [{ ...file, magic: "" }], "plain POSIX"],
    ["two sizes", [pax({ size: "0" }), file], "two sizes"],
    ["two names", [pax({ path: "a" }), { name: "x", type: "L", body: "b\0" }, file], "two values"],
    ["a global path", [pax({ path: "../evil" }, "g"), file], "extended attribute"],
    ["a sparse file", [pax({ "GNU.sparse.name": "../evil" }), file], 'extended attribute "GNU.sparse.name"'],
    ["capabilities", [pax({ "SCHILY.xattr.security.capability": "x" }), file], "extended attribute"],
    ["a record within a record", [pax({ comment: "x\n16 path=../evil" }), file], "malformed"],
    ["a record of a wrong length", [{ name: "x", type: "x", body: "9 path=../evil\n" }, file], "malformed"],
    ["a folder with a body", [{ name: "d/", type: "5", body: "x" }, file], "folder with a body"],
    ["a file that may be a folder", [{ name: "d/", body: "x" }, file], "file or folder"],
    ["an extended header at the end", [file, pax({ path: "x" })], "belongs to no entry"],
    ["a name that goes on behind NUL", [{ name: "a\0b" }, file], "goes on behind its end"],
    ["a size that is not octal", [{ ...file, size: -1 }], "not written in octal"],
    ["a huge extended header", [{ name: "x", type: "x", body: Buffer.alloc(1024 ** 2 + 1) }, file], "1 MiB"],
  ];

  it.each(cases)("%s", async (_what, entries, complaint) => {
    expect(await complaints(check(...entries))).toContain(complaint);
  });

  it.each<[string, Buffer, string]>([
    [
      "entries behind the end mark",
      Buffer.concat([tarOf(file), tarOf({ name: "../evil" })]),
      "behind its end mark",
    ],
    [
      "an empty block between entries",
      Buffer.concat([written(file), Buffer.alloc(512), tarOf(file)]),
      "behind its",
    ],
    ["no end mark", written(file), "before its end mark"],
    ["half an end mark", Buffer.concat([written(file), Buffer.alloc(512)]), "before its end mark"],
    ["a body that is cut off", tarOf({ ...file, size: 99_999 }), "cut off"],
    ["compression", gzipSync(tarOf(file)), "plain POSIX"],
    ["no file at all", tarOf({ name: "d/", type: "5" }), "it holds no file"],
    ["nothing", Buffer.alloc(0), "plain POSIX"],
  ])("%s", async (_what, archive, complaint) => {
    expect(await complaints(checkArchive(saved(archive)))).toContain(complaint);
  });
});

describe("refuses by size", () => {
  it("more than 50,000 entries", async () => {
    const entries = Array.from({ length: 50_001 }, (_, i) => ({ name: `f${i}` }));
    expect(await complaints(check(...entries))).toContain("more than 50,000 entries");
  });

  it("more than 2 GiB", async () => {
    const path = saved(tarOf(file));
    truncateSync(path, 2 * 1024 ** 3 + 1);
    expect(await complaints(checkArchive(path))).toBe("it is larger than 2 GiB");
  });

  it("what is not a file", async () => {
    expect(await complaints(checkArchive(folder))).toBe("it is not a regular file");
  });
});
