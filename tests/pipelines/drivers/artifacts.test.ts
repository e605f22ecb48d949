// The artifact store on a real disk: whole writes, verified reads, names that keep their meaning, bounded size.
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openArtifacts } from "../../../pipelines/drivers/artifacts.ts";
import type { Artifacts } from "../../../pipelines/drivers/artifacts.ts";
import type { Manifest } from "../../../pipelines/release/manifest.ts";
import { aManifest } from "../../support/manifest.ts";
import { refusalFrom } from "../../support/refusal.ts";

let home: string;
let artifacts: Artifacts;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "surefoot-artifacts-"));
  artifacts = openArtifacts(join(home, "store"));
});
afterEach(() => rmSync(home, { recursive: true }));

const check = async (): Promise<void> => {};
const stored = (): string[] => readdirSync(join(home, "store", "artifacts", "sha256"));

async function put(content: string): Promise<string> {
  const file = join(home, "file");
  writeFileSync(file, content);
  return (await artifacts.put(file, { check })).digest;
}

/** Releases r1 to r<count> of app, a day apart, each with its own bytes. */
async function released(count: number): Promise<Manifest[]> {
  const made: Manifest[] = [];
  for (let i = 1; i <= count; i++) {
    const digest = await put(`content ${i}`);
    const builtAt = `2026-01-${String(i).padStart(2, "0")}T00:00:00Z`;
    made.push((await artifacts.manifests.publish(aManifest({ release: `r${i}`, digest, builtAt }))).manifest);
  }
  return made;
}

describe("put and get", () => {
  it("store bytes under their sha256", async () => {
    const file = join(home, "file");
    writeFileSync(file, "hello\n");
    const digest = "sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
    expect(await artifacts.put(file, { check, expected: digest })).toEqual({ digest, bytes: 6 });
    expect(readFileSync(await artifacts.get(digest), "utf8")).toBe("hello\n");
    expect(await put("hello\n")).toBe(digest);
    expect(stored()).toHaveLength(1);
    expect(readdirSync(join(home, "store", "drafts"))).toEqual([]);
  });

  it("check the very copy that is stored", async () => {
    const file = join(home, "file");
    writeFileSync(file, "good");
    const seen: string[] = [];
    const swapping = async (path: string): Promise<void> => {
      seen.push(readFileSync(path, "utf8"));
      // Whoever owns the file swaps it between the first look and the copy.
      writeFileSync(file, "evil");
      if (seen.at(-1) === "evil") throw new Error("evil");
    };
    await expect(artifacts.put(file, { check: swapping })).rejects.toThrow("evil");
    expect(readdirSync(join(home, "store"))).toEqual(["drafts"]);
    expect(readdirSync(join(home, "store", "drafts"))).toEqual([]);
  });

  it("refuse changed bytes, and heal them when the right ones come again", async () => {
    const digest = await put("hello");
    const path = await artifacts.get(digest);
    chmodSync(path, 0o644);
    writeFileSync(path, "hellO");
    const refusal = await refusalFrom(artifacts.get(digest));
    expect(refusal.code).toBe("E_DIGEST");
    expect(refusal.details[0]).toMatch(/^it is sha256:/);
    await put("hello");
    expect(readFileSync(await artifacts.get(digest), "utf8")).toBe("hello");
  });

  it("keep what is written for them, and nothing of what fails or is not what was expected", async () => {
    const digest = await put("hello");
    const [path, drafts] = [await artifacts.get(digest), join(home, "store", "drafts")];
    rmSync(path);
    expect(await artifacts.has(digest)).toBe(false);
    const write = (text: string) => async (draft: string) => writeFileSync(draft, text);
    const half = async (draft: string): Promise<void> => {
      writeFileSync(draft, "hel");
      throw new Error("cut");
    };
    const expected = { check, expected: digest };
    await expect(artifacts.receive(half, expected)).rejects.toThrow("cut");
    expect((await refusalFrom(artifacts.receive(write("hellO"), expected))).code).toBe("E_DIGEST");
    expect([await artifacts.has(digest), readdirSync(drafts), stored()]).toEqual([false, [], []]);
    expect(await artifacts.receive(write("hello"), expected)).toEqual({ digest, bytes: 5 });
    expect([await artifacts.has(digest), await artifacts.get(digest)]).toEqual([true, path]);
  });

  it("refuse a digest that is not there", async () => {
    const refusal = await refusalFrom(artifacts.get(`sha256:${"1".repeat(64)}`));
    expect([refusal.code, refusal.details]).toEqual(["E_DIGEST", []]);
  });
});

describe("manifests", () => {
  it("are kept by name, newest first", async () => {
    const { manifests } = artifacts;
    expect(await manifests.list()).toEqual([]);
    const [one, two] = [
      aManifest({ release: "r1" }),
      aManifest({ release: "r2", builtAt: "2026-03-01T00:00:00Z" }),
    ];
    await manifests.publish(two);
    expect(await manifests.publish(one)).toEqual({ manifest: one, kept: false });
    await manifests.publish(aManifest({ service: "server" }));
    expect(await manifests.read("app", "r1")).toEqual(one);
    expect(await manifests.list("app")).toEqual([two, one]);
    expect(await manifests.list()).toHaveLength(3);
  });

  it("are written by exactly one of many at once", async () => {
    const contents = Array.from({ length: 8 }, (_, i) => aManifest({ start: `node ${i}` }));
    const outcomes = await Promise.allSettled(contents.map((m) => artifacts.manifests.publish(m)));
    expect(outcomes.filter((o) => o.status === "fulfilled")).toHaveLength(1);
    const winner = outcomes.findIndex((o) => o.status === "fulfilled");
    expect(await artifacts.manifests.read("app", "r1")).toEqual(contents[winner]);
  });

  it.each([
    ["r2", "Did you mean r1?"],
    ["../../etc/passwd", "Make it: surefoot release app --release <name>"],
  ])("refuse the unknown name %s", async (name, next) => {
    await artifacts.manifests.publish(aManifest());
    const refusal = await refusalFrom(artifacts.manifests.read("app", name));
    expect([refusal.code, refusal.next]).toEqual(["E_RELEASE_UNKNOWN", next]);
    expect(refusal.state).toBe("The latest are: r1.");
  });

  it.each<[string, string]>([
    ["cut short", "{"],
    ["not a manifest", "{}"],
    ["of another release", JSON.stringify(aManifest({ release: "r9" }))],
    ["with a digest that is a path", JSON.stringify({ ...aManifest(), digest: "sha256:../../x" })],
  ])("that are %s are refused", async (_what, text) => {
    await artifacts.manifests.publish(aManifest());
    writeFileSync(join(home, "store", "releases", "app", "r1.json"), text);
    const refusal = await refusalFrom(artifacts.manifests.read("app", "r1"));
    expect(refusal.code).toBe("E_MANIFEST");
    expect(refusal.message).toContain("app/r1.json");
  });
});

describe("prune", () => {
  const later = Date.now() + 2 * 3600 * 1000;

  it("keeps the newest and what is still pinned, and their bytes", async () => {
    const made = await released(6);
    const orphan = await put("never released");
    const keep = new Set([made[0]?.digest ?? ""]);
    expect(await artifacts.prune(keep, { keepNewest: 2, nowMs: later })).toEqual({
      releases: 3,
      artifacts: 4,
    });
    expect((await artifacts.manifests.list()).map((m) => m.release)).toEqual(["r6", "r5", "r1"]);
    for (const m of await artifacts.manifests.list()) await artifacts.get(m.digest);
    expect(stored()).toHaveLength(3);
    expect((await refusalFrom(artifacts.get(orphan))).code).toBe("E_DIGEST");
  });

  it("leaves alone what was stored just now, because its release may be about to be written", async () => {
    await put("just now");
    const draft = join(home, "store", "drafts", "of-a-killed-run");
    writeFileSync(draft, "");
    await artifacts.prune(new Set(), { keepNewest: 20, nowMs: Date.now() });
    expect(stored()).toHaveLength(1);
    utimesSync(draft, 1, 1);
    await artifacts.prune(new Set(), { keepNewest: 20, nowMs: later });
    expect(stored()).toHaveLength(0);
    expect(readdirSync(join(home, "store", "drafts"))).toEqual([]);
  });

  it("counts a release that is stored again as new", async () => {
    const digest = await put("old");
    utimesSync(await artifacts.get(digest), 1, 1);
    await put("old");
    await artifacts.prune(new Set(), { keepNewest: 20, nowMs: Date.now() });
    expect(stored()).toHaveLength(1);
  });

  it("deletes nothing while a manifest is damaged", async () => {
    await released(3);
    writeFileSync(join(home, "store", "releases", "app", "r3.json"), "{");
    const refusal = await refusalFrom(artifacts.prune(new Set(), { keepNewest: 1, nowMs: later }));
    expect(refusal.code).toBe("E_MANIFEST");
    expect(stored()).toHaveLength(3);
  });
});
