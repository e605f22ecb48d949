// Two environments in a repository for tests of promotion: descriptions, pins and a store on disk, and nothing that runs.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { stringify } from "yaml";
import type { Artifacts } from "../../pipelines/drivers/artifacts.ts";
import { openArtifacts } from "../../pipelines/drivers/artifacts.ts";
import { openPins } from "../../pipelines/drivers/pins.ts";
import type { Pin } from "../../pipelines/drivers/pins.ts";
import { describe } from "../../pipelines/environment/describe.ts";
import { pinsFile } from "../../pipelines/environment/places.ts";
import type { Workspace } from "../../pipelines/environment/workspace.ts";
import type { Deployable } from "../../pipelines/rollout/fleet.ts";
import { aManifest } from "./manifest.ts";
import { aDeployable } from "./rollout.ts";
import { tarOf } from "./tar-writer.ts";

export interface Promoting {
  repo: string;
  /** Writes `environments/<name>.yaml` of one service, app. */
  describe: (name: string, more?: { config?: object; promotion?: object; contracts?: string }) => void;
  pin: (id: string, pin: Pin) => void;
  /** Makes a release of app with bytes of its own; gives it as it would be deployed. */
  release: (release: string, into?: Artifacts) => Promise<Deployable>;
  /** The environment as the verbs open it, but for what runs. */
  open: (id: string) => Workspace;
  /** What time it is there, epoch milliseconds. */
  now: number;
}

/** staging, and prod after it, without a soak. */
export function promoting(): Promoting {
  const repo = mkdtempSync(join(tmpdir(), "surefoot-promotion-"));
  onTestFinished(() => rmSync(repo, { recursive: true, force: true }));
  mkdirSync(join(repo, "environments"));
  const store = openArtifacts(join(repo, ".surefoot"));
  const place: Promoting = {
    repo,
    now: Date.parse("2026-11-22T12:00:00Z"),
    describe: (name, { config = {}, contracts, ...rest } = {}) => {
      const app = { kind: "http", nodes: 2, source: "app", build: "true", start: "exec true", config };
      const services = { app: { ...app, ...(contracts === undefined ? {} : { contracts }) } };
      const text = stringify({ platform: "local", services, ...rest });
      writeFileSync(join(repo, "environments", `${name}.yaml`), text);
    },
    pin: (id, pin) => openPins(pinsFile(repo, describe(repo, id).name)).write("app", pin),
    release: async (release, into = store) => {
      const file = join(repo, `${release}.tar`);
      writeFileSync(file, tarOf({ name: "main.mjs", body: release }));
      const { digest, bytes } = await into.put(file, { check: async () => {} });
      await into.manifests.publish(aManifest({ release, digest, bytes }));
      return aDeployable(release, { digest });
    },
    open: (id) => {
      const { name, description, warnings } = describe(repo, id);
      const pins = openPins(pinsFile(repo, name));
      const clock = { now: () => place.now, sleep: async () => {} };
      return { repo, name, description, warnings, pins, clock, artifacts: store } as unknown as Workspace;
    },
  };
  place.describe("staging");
  place.describe("prod", { promotion: { after: "staging", soak: "0s" } });
  return place;
}
