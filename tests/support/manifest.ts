// A valid release manifest to vary in tests.
import { configHash } from "../../pipelines/release/manifest.ts";
import type { Manifest } from "../../pipelines/release/manifest.ts";

export function aManifest(change: Partial<Manifest> = {}): Manifest {
  const config = change.config ?? {};
  return {
    service: "app",
    release: "r1",
    version: "r1",
    commit: null,
    digest: `sha256:${"a".repeat(64)}`,
    bytes: 2048,
    start: "node main.mjs",
    needs: {},
    config,
    configHash: configHash(config),
    builtBy: "ada",
    builtAt: "2026-01-01T00:00:00Z",
    ...change,
  };
}
