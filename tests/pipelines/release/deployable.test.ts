// A release with the config of its environment: one id per content, refused where config is missing.
import { expect, it } from "vitest";
import { deployableOf, releaseOf } from "../../../pipelines/release/deployable.ts";
import { aManifest } from "../../support/manifest.ts";
import { refusalOf } from "../../support/refusal.ts";
import { aService } from "../../support/rollout.ts";

it("joins the manifest and the description, which has the last word", () => {
  const manifest = aManifest({ config: { REGION: "eu", LEVEL: "info" } });
  const made = deployableOf(manifest, aService({ config: { LEVEL: "debug" } }), "local/prod");
  expect(made).toMatchObject({
    release: "r1",
    digest: manifest.digest,
    start: "node main.mjs",
    config: { REGION: "eu", LEVEL: "debug" },
  });
  expect(made.configHash).toMatch(/^[0-9a-f]{12}$/);
  expect(made.id).toBe(`r1+${made.configHash.slice(0, 8)}`);
});

it("has the same id for the same config, and another for another", () => {
  const id = (config: Record<string, string>) => deployableOf(aManifest(), aService({ config }), "prod").id;
  expect(id({ A: "1", B: "2" })).toBe(id({ B: "2", A: "1" }));
  expect(id({ A: "1" })).not.toBe(id({ A: "2" }));
  expect(id({})).not.toBe(id({ A: "" }));
});

it("refuses with every missing key at once, before anything is started", () => {
  const manifest = aManifest({ needs: { IMAGE_HOST: "url", SHARDS: "integer" } });
  const refusal = refusalOf(() => deployableOf(manifest, aService(), "local/prod"));
  expect(refusal).toMatchObject({
    code: "E_CONFIG",
    message: "app r1 is not given the config it needs in local/prod",
    state: "nothing was started",
  });
  expect(refusal.next).toContain("services.app.config");
  expect(refusal.details.map((line) => line.split(":")[0])).toEqual([
    "app in local/prod, IMAGE_HOST",
    "app in local/prod, SHARDS",
  ]);
});

it("reads the release out of an id that a node reports", () => {
  expect(releaseOf("r2+3fa9c1d2")).toBe("r2");
  expect(releaseOf("2026.1_b-3+3fa9c1d2")).toBe("2026.1_b-3");
  expect(releaseOf(null)).toBeNull();
});
