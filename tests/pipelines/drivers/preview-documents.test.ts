// Tests what is read of a folder that jobs have filled: documents below it in order, no links, within limits.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readDocuments } from "../../../pipelines/drivers/preview-documents.ts";
import { refusalOf } from "../../support/refusal.ts";

let place = "";
let looks = "";
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "surefoot-looks-"));
  looks = join(place, "looks");
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

function write(file: string, text: string | Buffer = "{}"): void {
  mkdirSync(dirname(join(looks, file)), { recursive: true });
  writeFileSync(join(looks, file), text);
}

it("reads every document below the folder, by name, and nothing else", () => {
  for (const file of ["look-prod/preview.json", "look-dev/preview.json", "look-dev/deep/a.json"])
    write(file, file);
  for (const file of ["preview.html", "look-dev/preview.json.txt"]) write(file);
  mkdirSync(join(looks, "folder.json"));
  expect(readDocuments(looks)).toEqual(
    ["look-dev/deep/a.json", "look-dev/preview.json", "look-prod/preview.json"].map((file) => ({
      file,
      text: file,
    })),
  );
});

it("follows no link, neither to a file nor to a folder", () => {
  write("a.json");
  writeFileSync(join(place, "secret.json"), "secret");
  symlinkSync(join(place, "secret.json"), join(looks, "b.json"));
  symlinkSync(place, join(looks, "out"));
  expect(readDocuments(looks).map(({ file }) => file)).toEqual(["a.json"]);
});

it("has none where no job has left one", () => {
  expect(readDocuments(looks)).toEqual([]);
  mkdirSync(looks);
  expect(readDocuments(looks)).toEqual([]);
});

it("refuses a file in place of the folder, what is no text, and what is too much", () => {
  const refused = () => {
    const { code, message } = refusalOf(() => readDocuments(looks));
    return `${code} ${message.replace(looks, "<looks>")}`;
  };
  writeFileSync(looks, "");
  expect(refused()).toBe("E_PREVIEW_DOCUMENT <looks> cannot be read as a folder (ENOTDIR)");
  rmSync(looks);
  write("a\u001b.json", Buffer.from([0xff]));
  expect(refused()).toBe(String.raw`E_PREVIEW_DOCUMENT a\u{1b}.json cannot be read as text (not UTF-8)`);
  rmSync(looks, { recursive: true });
  // Sparse: it takes no space.
  for (const file of ["a.json", "b.json"]) {
    write(file);
    truncateSync(join(looks, file), 40 * 1024 ** 2);
  }
  expect(refused()).toBe("E_PREVIEW_DOCUMENT the documents are larger than 64 MiB together");
  for (let file = 0; file < 200; file++) write(`${file}.json`);
  expect(refused()).toBe("E_PREVIEW_DOCUMENT there are more than 200 documents");
});
