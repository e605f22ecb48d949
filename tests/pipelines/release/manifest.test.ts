// Configuration of a release: one hash per content, the environment has the last word, each missing key is named.
import { expect, it } from "vitest";
import { configHash, contentOf, manifestSchema, resolveConfig } from "../../../pipelines/release/manifest.ts";
import { aManifest } from "../../support/manifest.ts";

it("hashes a configuration whatever the order of its keys", () => {
  // First 12 digits of: printf '{"A":"1","B":"2"}' | sha256sum
  expect(configHash({ B: "2", A: "1" })).toBe("3eda2f06741f");
  expect(configHash({ A: "1", B: "2" })).toBe("3eda2f06741f");
  expect(configHash({ A: "1", B: "3" })).not.toBe("3eda2f06741f");
  expect(configHash({ A: '1","B":"2' })).not.toBe(configHash({ A: "1", B: "2" }));
});

it("lets the environment's configuration win over the release's", () => {
  const manifest = aManifest({ config: { REGION: "eu", LEVEL: "info" } });
  const { config, complaints } = resolveConfig(manifest, { REGION: "us" }, "local/prod");
  expect(config).toEqual({ REGION: "us", LEVEL: "info" });
  expect(complaints).toEqual([]);
});

it("names each needed key that is missing or in the wrong form", () => {
  const manifest = aManifest({
    needs: { IMAGE_HOST: "url", SHARDS: "integer", BETA: "boolean", NAME: "string" },
  });
  const { complaints } = resolveConfig(manifest, { SHARDS: "three", BETA: "yes" }, "prod");
  expect(complaints.map((c) => c.key)).toEqual(["IMAGE_HOST", "SHARDS", "BETA", "NAME"]);
  expect(complaints[0]).toMatchObject({ service: "app", environment: "prod" });
  expect(complaints[0]?.text).toBe(
    "app in prod, IMAGE_HOST: the service needs IMAGE_HOST (url), and config gives it no value",
  );
  const given = { IMAGE_HOST: "https://img.example.com", SHARDS: "-3", BETA: "false", NAME: "x" };
  expect(resolveConfig(manifest, given, "prod").complaints).toEqual([]);
});

it("takes two releases for the same by what runs, not by who built it and when", () => {
  const one = aManifest({ config: { A: "1", B: "2" } });
  const same = {
    ...one,
    builtBy: "bob",
    builtAt: "2027-01-01T00:00:00Z",
    commit: "f".repeat(40),
    config: { B: "2", A: "1" },
  };
  expect(contentOf(same)).toBe(contentOf(one));
  for (const other of [
    { start: "x" },
    { config: { A: "1" } },
    { needs: { A: "url" as const } },
    { digest: `sha256:${"b".repeat(64)}` },
  ]) {
    expect(contentOf({ ...one, ...other })).not.toBe(contentOf(one));
  }
});

it("accepts its own manifests and no odd ones", () => {
  expect(manifestSchema.safeParse(aManifest()).success).toBe(true);
  for (const odd of [
    { release: "../r1" },
    { release: "R1" },
    { service: "a/b" },
    { digest: "sha256:../x" },
    { extra: 1 },
  ]) {
    expect(manifestSchema.safeParse({ ...aManifest(), ...odd }).success).toBe(false);
  }
});
