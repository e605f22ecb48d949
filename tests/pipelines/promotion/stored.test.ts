// A release that lies in upstream's store alone is copied, byte by byte the same, and never something else under its name.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openArtifacts } from "../../../pipelines/drivers/artifacts.ts";
import type { Artifacts } from "../../../pipelines/drivers/artifacts.ts";
import { Refusal } from "../../../pipelines/errors.ts";
import { bring } from "../../../pipelines/promotion/stored.ts";
import { upstreamOf } from "../../../pipelines/promotion/upstream.ts";
import { promoting } from "../../support/promotion-place.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { tarOf } from "../../support/tar-writer.ts";

async function elsewhereOnly() {
  const folder = mkdtempSync(join(tmpdir(), "surefoot-upstream-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const place = promoting();
  const elsewhere = openArtifacts(folder);
  const { digest } = await place.release("r1", elsewhere);
  const manifest = await elsewhere.manifests.read("app", "r1");
  const prod = place.open("prod");
  return { place, prod, upstream: upstreamOf(prod), elsewhere, digest, manifest };
}

const copy = (
  { prod, upstream, manifest }: Awaited<ReturnType<typeof elsewhereOnly>>,
  elsewhere: Artifacts,
) => bring(prod, upstream, { manifest, record: null, elsewhere });

test("the same bytes under the same name; again is no error", async () => {
  const all = await elsewhereOnly();
  await copy(all, all.elsewhere);
  await copy(all, all.elsewhere);
  const file = await all.prod.artifacts.get(all.digest);
  expect(readFileSync(file)).toEqual(readFileSync(await all.elsewhere.get(all.digest)));
  expect(await all.prod.artifacts.manifests.read("app", "r1")).toEqual(all.manifest);
});

test("other bytes are not taken, and nothing is published", async () => {
  const all = await elsewhereOnly();
  const forged = join(all.place.repo, "forged.tar");
  writeFileSync(forged, tarOf({ name: "main.mjs", body: "forged" }));
  const refusal = await refusalFrom(copy(all, { ...all.elsewhere, get: async () => forged }));
  expect(refusal.code).toBe("E_DIGEST");
  expect((await refusalFrom(all.prod.artifacts.manifests.read("app", "r1"))).code).toBe("E_RELEASE_UNKNOWN");
});

test("a name that stands for something else here is refused", async () => {
  const all = await elsewhereOnly();
  const other = join(all.place.repo, "other.tar");
  writeFileSync(other, tarOf({ name: "main.mjs", body: "other" }));
  const { digest, bytes } = await all.prod.artifacts.put(other, { check: async () => {} });
  await all.prod.artifacts.manifests.publish({ ...all.manifest, digest, bytes });
  expect((await refusalFrom(copy(all, all.elsewhere))).code).toBe("E_RELEASE_EXISTS");
});

test("missing rights are told with both stores, and what to do", async () => {
  const all = await elsewhereOnly();
  const denied = async () => {
    throw new Refusal("E_AWS_DENIED", { what: "the role may not read", state: "", next: "" });
  };
  const refusal = await refusalFrom(copy(all, { ...all.elsewhere, get: denied }));
  expect(refusal.code).toBe("E_AWS_DENIED");
  expect(refusal.message).toBe(
    "app r1 could not be copied from the store of staging to that of prod: the role may not read",
  );
  expect(refusal.next).toContain(`--digest ${all.digest}`);
});
