// What cannot be had from a real registry: answers that are none, a full disk, a tool that speaks another language.
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openImages } from "../../../pipelines/drivers/image.ts";
import { refusalFrom } from "../../support/refusal.ts";

const writeLayer = vi.hoisted(() => vi.fn<() => Promise<string>>());
vi.mock("../../../pipelines/drivers/image-layer.ts", () => ({
  releaseFolder: "release",
  writeLayer,
}));

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const artifact = digest("a");
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "surefoot-image-test-"));
  writeLayer.mockReset().mockResolvedValue(digest("d"));
});
afterEach(() => rmSync(home, { recursive: true }));

/** A `crane` that answers each word with a line of sh; it notes what it was asked. */
function publish(answers: Partial<Record<"digest" | "config" | "append", string>>): Promise<string> {
  const crane = join(home, "crane");
  const cases = Object.entries(answers).map(([word, line]) => `${word}) ${line};;`);
  writeFileSync(crane, `#!/bin/sh\necho "$@" >>${home}/asked\ncase $1 in\n${cases.join("\n")}\nesac\n`);
  chmodSync(crane, 0o755);
  const options = { registry: "registry.example.com/game", base: `base@${digest("b")}`, folder: home, crane };
  return openImages(options).publish("server", artifact, "unused");
}
const failing = (text: string): string => `echo '${text}' >&2; exit 1`;
const asked = (): string[] => readFileSync(join(home, "asked"), "utf8").trim().split("\n");
const config = (...ids: string[]): string => `echo '${JSON.stringify({ rootfs: { diff_ids: ids } })}'`;
const there = { digest: `echo ${digest("1")}` };
const absent = { digest: failing("Error: GET https://x/: MANIFEST_UNKNOWN: manifest unknown") };
const reference = (letter: string): string => `registry.example.com/game/server@${digest(letter)}`;

it("takes what is there when its last layer is the release's", async () => {
  expect(await publish({ ...there, config: config(digest("c"), digest("d")) })).toBe(reference("1"));
  expect(asked()).toEqual([
    "digest registry.example.com/game/server:aaaaaaaaaaaa-bbbbbbbb",
    `config ${reference("1")}`,
  ]);
});

it("pushes where nothing is there, and where the last layer is another", async () => {
  const append = `echo registry.example.com/game/server@${digest("2")}`;
  expect(await publish({ ...absent, append })).toBe(reference("2"));
  expect(await publish({ ...there, config: config(digest("d"), digest("c")), append })).toBe(reference("2"));
  expect(await publish({ digest: failing("Error: DENIED: no"), append })).toBe(reference("2"));
  expect(asked().at(-1)).toMatch(
    /^append -b base@sha256:b{64} -f \S+\/layer\.tar -t registry\.example\.com\/game\/server:a{12}-b{8}$/,
  );
});

it("does not take any answer for a digest", async () => {
  for (const said of ["", "sha256:12", `${digest("1")}0`, "all good"]) {
    const refused = await refusalFrom(publish({ ...absent, append: `echo '${said}'` }));
    expect(refused.code).toBe("E_IMAGE_PUSH");
  }
});

it("says that the disk is full, and leaves nothing there", async () => {
  writeLayer.mockRejectedValue(Object.assign(new Error("write"), { code: "ENOSPC" }));
  expect((await refusalFrom(publish(absent))).code).toBe("E_DISK_FULL");
  expect(readdirSync(home).toSorted()).toEqual(["asked", "crane"]);
});

it("is a bug, not a push, without a digest", async () => {
  const images = openImages({ registry: "r", base: "base:latest", folder: home });
  await expect(images.publish("server", artifact, "unused")).rejects.toThrow("not by digest");
});

it("tries again after a failure, and asks once for two at a time", async () => {
  const append = `test -e ${home}/again && echo ${digest("2")} || { : >${home}/again; exit 1; }`;
  expect((await refusalFrom(publish({ ...absent, append }))).code).toBe("E_IMAGE_PUSH");
  expect(await publish({ ...absent, append })).toBe(reference("2"));
});
