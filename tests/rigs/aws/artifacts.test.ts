// Releases of a team: made in one clone, used in another, through a bucket that fails, is damaged or says no.
import { createHash } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { s3Client } from "../../../pipelines/drivers/aws-clients.ts";
import { aManifest } from "../../support/manifest.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { tarOf } from "../../support/tar-writer.ts";
import { openClone } from "./clones.ts";
import type { Clone } from "./clones.ts";
import { startMoto } from "./moto.ts";
import { answers, startProxy } from "./proxy.ts";
import { region, s3Backing } from "./s3-backing.ts";

const moto = await startMoto();
const proxy = await startProxy(moto.endpoint);
Object.assign(process.env, moto.env);
const direct = await s3Client(region);
await s3Backing("team");
afterAll(() => Promise.all([proxy.stop(), moto.stop()]));

let prefix = "";
let tests = 0;
beforeEach(() => {
  process.env["AWS_ENDPOINT_URL"] = proxy.endpoint;
  proxy.fate(() => "pass");
  prefix = `test ${(tests += 1)}/`;
});

const clone = (options: { bucket?: string } = {}): Clone => openClone({ prefix, ...options });

const keyOf = (digest: string): string => `${prefix}releases/artifacts/sha256/${digest.slice(7)}.tar`;
const manifestKey = (): string => `${prefix}releases/manifests/app/r1.json`;
const write = (Key: string, Body: string | Buffer) =>
  direct.send(new PutObjectCommand({ Bucket: "team", Key, Body }));
const keys = async (): Promise<string[]> => {
  const { Contents = [] } = await direct.send(
    new ListObjectsV2Command({ Bucket: "team", Prefix: `${prefix}releases/` }),
  );
  return Contents.map(({ Key = "" }) => Key.slice(prefix.length));
};
const sent = (method: string, part: string): string[] =>
  proxy.seen().filter((request) => request.startsWith(`${method} `) && request.includes(part));

describe("two machines", () => {
  test("what one publishes the other reads, fetches once and keeps", async () => {
    const [ci, laptop] = [clone(), clone()];
    const { manifest, kept } = await ci.publish();
    expect(kept).toBe(false);
    expect(await keys()).toEqual([
      `releases/artifacts/sha256/${manifest.digest.slice(7)}.tar`,
      "releases/manifests/app/r1.json",
    ]);
    expect(await laptop.shared.manifests.read("app", "r1")).toEqual(manifest);
    expect(await laptop.shared.manifests.list()).toEqual([manifest]);
    proxy.fate(() => "pass");
    // As fifty nodes ask at once.
    const paths = await Promise.all(Array.from({ length: 50 }, () => laptop.shared.get(manifest.digest)));
    expect(readFileSync(paths[0] ?? "")).toEqual(readFileSync(await ci.own.get(manifest.digest)));
    expect(sent("GET", "/artifacts/")).toHaveLength(1);
    proxy.fate(() => "cut");
    expect(await laptop.shared.get(manifest.digest)).toBe(paths[0]);
    expect(laptop.files("drafts")).toEqual([]);
  });

  test("the same content again is kept as it was; other content under the name is refused", async () => {
    const [ci, laptop] = [clone(), clone()];
    const { manifest } = await ci.publish();
    const builtAt = "2026-02-02T00:00:00Z";
    expect(await laptop.publish({ builtBy: "bob", builtAt })).toEqual({ manifest, kept: true });
    const third = clone();
    proxy.fate(() => "pass");
    const refusal = await refusalFrom(third.publish({ digest: await third.put("other") }));
    expect(refusal).toMatchObject({ code: "E_RELEASE_EXISTS", state: expect.stringContaining("ada") });
    expect(sent("PUT", "")).toEqual([]);
    expect(await third.own.manifests.list()).toEqual([]);
  });

  test("of eight that publish other content under one name at once exactly one wins, for all", async () => {
    const clones = Array.from({ length: 8 }, () => clone());
    const digests = await Promise.all(clones.map(({ put }, index) => put(`content ${index}`)));
    const outcomes = await Promise.allSettled(
      clones.map(({ publish }, index) => publish({ digest: digests[index] ?? "" })),
    );
    const won = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    const lost = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason.code] : []));
    expect([won.length, new Set(lost)]).toEqual([1, new Set(["E_RELEASE_EXISTS"])]);
    for (const { own, shared } of clones) {
      expect(await shared.manifests.read("app", "r1")).toEqual(won[0]?.manifest);
      expect([won[0]?.manifest, undefined]).toContainEqual((await own.manifests.list())[0]);
    }
  });

  test("a release that is only here is not the team's, and a name means what the bucket says", async () => {
    const [ci, laptop] = [clone(), clone()];
    await laptop.own.manifests.publish(aManifest({ digest: await laptop.put("mine") }));
    const alone = await refusalFrom(laptop.shared.manifests.read("app", "r1"));
    expect(alone.code).toBe("E_RELEASE_UNKNOWN");
    expect(alone.message).toContain("on this machine only");
    expect(alone.next).toContain("surefoot release app --release r1 --from");
    const { manifest } = await ci.publish();
    expect(await laptop.shared.manifests.read("app", "r1")).toEqual(manifest);
    const refusal = await refusalFrom(laptop.publish());
    expect(refusal.code).toBe("E_RELEASE_EXISTS");
  });

  test.each([["r2"], ["../../app/r1"], ["R1"]])(
    "the unknown name %s is refused with those there are",
    async (name) => {
      const [ci, laptop] = [clone(), clone()];
      await ci.publish();
      const refusal = await refusalFrom(laptop.shared.manifests.read("app", name));
      expect(refusal).toMatchObject({ code: "E_RELEASE_UNKNOWN", state: "The latest are: r1." });
    },
  );

  test("a prune clears away copies here, not what the team has", async () => {
    const ci = clone();
    const { manifest } = await ci.publish();
    const nowMs = Date.now() + 2 * 3600 * 1000;
    expect(await ci.shared.prune(new Set(), { keepNewest: 0, nowMs })).toEqual({ releases: 1, artifacts: 1 });
    expect(await keys()).toHaveLength(2);
    expect(await ci.shared.manifests.read("app", "r1")).toEqual(manifest);
    await ci.shared.get(manifest.digest);
  });
});

describe("failures", () => {
  test("a publisher that ends before the manifest leaves no release, and its next try goes on from there", async () => {
    const [ci, laptop] = [clone(), clone()];
    proxy.fate((method, path) =>
      method === "PUT" && path.includes("/manifests/") ? answers.deniedPut : "pass",
    );
    expect((await refusalFrom(ci.publish())).code).toBe("E_AWS_DENIED");
    expect(await keys()).toEqual([expect.stringContaining("artifacts/")]);
    expect(await ci.own.manifests.list()).toEqual([]);
    proxy.fate(() => "pass");
    expect((await refusalFrom(laptop.shared.manifests.read("app", "r1"))).code).toBe("E_RELEASE_UNKNOWN");
    expect((await ci.publish()).kept).toBe(false);
    expect(sent("PUT", "/artifacts/")).toEqual([]);
    await laptop.shared.manifests.read("app", "r1");
  });

  test("answers that are lost are no lost race", async () => {
    const ci = clone();
    const lost = new Set<string>();
    proxy.fate((method, path) => {
      if (method !== "PUT" || lost.has(path)) return "pass";
      lost.add(path);
      return "lose";
    });
    expect((await ci.publish()).kept).toBe(false);
    expect(lost.size).toBe(2);
    expect(sent("PUT", "/artifacts/")).toHaveLength(1);
  });

  test("a conflict with another upload of the same bytes passes", async () => {
    const ci = clone();
    proxy.fate((method, _path, count) => (method === "PUT" && count < 4 ? answers.conflict : "pass"));
    expect((await ci.publish()).kept).toBe(false);
  });

  test("no network is a refusal in both directions, and nothing is left half done", async () => {
    const [ci, laptop] = [clone(), clone()];
    const { manifest } = await ci.publish();
    proxy.fate(() => "cut");
    expect((await refusalFrom(ci.publish({ release: "r2" }))).code).toBe("E_AWS_UNREACHABLE");
    expect(await ci.own.manifests.list()).toEqual([manifest]);
    expect((await refusalFrom(laptop.shared.manifests.read("app", "r1"))).code).toBe("E_AWS_UNREACHABLE");
    const refusal = await refusalFrom(laptop.shared.get(manifest.digest));
    expect(refusal).toMatchObject({
      code: "E_AWS_UNREACHABLE",
      message: expect.stringContaining("bucket team"),
    });
    expect([...laptop.files("drafts"), ...laptop.files("artifacts/sha256")]).toEqual([]);
  });

  test("a bucket that is not there is named", async () => {
    const lonely = clone({ bucket: "gone" });
    const refused = { code: "E_STORE", message: expect.stringContaining("no bucket gone") };
    const { manifests, get } = lonely.shared;
    const digest = `sha256:${"1".repeat(64)}`;
    for (const action of [() => manifests.read("app", "r1"), () => manifests.list(), () => get(digest)])
      expect(await refusalFrom(action())).toMatchObject(refused);
    expect(await refusalFrom(lonely.publish())).toMatchObject(refused);
    expect(await lonely.own.manifests.list()).toEqual([]);
  });

  test("an artifact that nobody has is refused", async () => {
    const refusal = await refusalFrom(clone().shared.get(`sha256:${"1".repeat(64)}`));
    expect([refusal.code, refusal.details]).toEqual(["E_DIGEST", []]);
  });
});

describe("damage", () => {
  test("other bytes in the bucket are refused, and healed by the next release of the right ones", async () => {
    const [ci, laptop] = [clone(), clone()];
    const { manifest } = await ci.publish();
    for (const bytes of [tarOf({ name: "main.mjs", body: "evil" }), "no archive"]) {
      await write(keyOf(manifest.digest), bytes);
      const refusal = await refusalFrom(laptop.shared.get(manifest.digest));
      expect([refusal.code, refusal.details[0]]).toEqual([
        "E_DIGEST",
        expect.stringMatching(/^it is sha256:/),
      ]);
      expect([...laptop.files("drafts"), ...laptop.files("artifacts/sha256")]).toEqual([]);
    }
    expect((await ci.publish()).kept).toBe(true);
    await laptop.shared.get(manifest.digest);
    await direct.send(new DeleteObjectCommand({ Bucket: "team", Key: keyOf(manifest.digest) }));
    await laptop.publish();
    expect(await keys()).toHaveLength(2);
  });

  test("damage here is told, not papered over", async () => {
    const ci = clone();
    const { manifest } = await ci.publish();
    const path = await ci.own.get(manifest.digest);
    chmodSync(path, 0o644);
    writeFileSync(path, "evil");
    proxy.fate(() => "pass");
    expect((await refusalFrom(ci.shared.get(manifest.digest))).code).toBe("E_DIGEST");
    expect(proxy.seen()).toEqual([]);
  });

  test("an archive that could do harm is not kept, though its digest is right", async () => {
    const harmful = tarOf({ name: "../main.mjs", body: "evil" });
    const digest = `sha256:${createHash("sha256").update(harmful).digest("hex")}`;
    await write(keyOf(digest), harmful);
    const laptop = clone();
    expect((await refusalFrom(laptop.shared.get(digest))).code).toBe("E_ARCHIVE");
    expect([...laptop.files("drafts"), ...laptop.files("artifacts/sha256")]).toEqual([]);
  });

  test.each<[string, string]>([
    ["cut short", "{"],
    ["of another shape", JSON.stringify({ write: "1", value: {} })],
    ["of another release", JSON.stringify({ write: "1", value: aManifest({ release: "r9" }) })],
  ])("a manifest that is %s is refused by its address", async (_what, text) => {
    await write(manifestKey(), text);
    const refusal = await refusalFrom(clone().shared.manifests.read("app", "r1"));
    expect([refusal.code, refusal.message]).toEqual([
      "E_MANIFEST",
      expect.stringContaining(`s3://team/${manifestKey()}`),
    ]);
  });
});
