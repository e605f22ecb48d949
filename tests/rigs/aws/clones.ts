// Machines of a team that share releases through a bucket of the rig.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openReleaseBucket } from "../../../pipelines/drivers/artifacts-bucket.ts";
import { shareArtifacts } from "../../../pipelines/drivers/artifacts-shared.ts";
import { openArtifacts } from "../../../pipelines/drivers/artifacts.ts";
import type { Artifacts } from "../../../pipelines/drivers/artifacts.ts";
import { checkArchive } from "../../../pipelines/release/archive.ts";
import type { Manifest } from "../../../pipelines/release/manifest.ts";
import { aManifest } from "../../support/manifest.ts";
import { tarOf } from "../../support/tar-writer.ts";
import { region } from "./s3-backing.ts";

export interface Clone {
  folder: string;
  own: Artifacts;
  shared: Artifacts;
  put: (body?: string | Buffer) => Promise<string>;
  publish: (change?: Partial<Manifest>) => Promise<{ manifest: Manifest; kept: boolean }>;
  /** Names of the files it keeps: artifacts, drafts. */
  files: (where: "artifacts/sha256" | "drafts") => string[];
}

/** A machine of the team, with a disk of its own; gone with the test. */
export function openClone({
  prefix,
  bucket = "team",
  stillSeconds = 60,
}: {
  prefix: string;
  bucket?: string;
  stillSeconds?: number;
}): Clone {
  const folder = mkdtempSync(join(tmpdir(), "surefoot-shared-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const own = openArtifacts(folder);
  const shared = shareArtifacts(own, openReleaseBucket({ bucket, region, prefix }, stillSeconds));
  const put = async (body: string | Buffer = "one"): Promise<string> => {
    writeFileSync(join(folder, "made.tar"), tarOf({ name: "main.mjs", body }));
    return (await own.put(join(folder, "made.tar"), { check: checkArchive })).digest;
  };
  return {
    folder,
    own,
    shared,
    put,
    publish: async (change = {}) =>
      shared.manifests.publish(aManifest({ ...change, digest: change.digest ?? (await put()) })),
    files: (where) => {
      const found = readdirSync(folder, { recursive: true, encoding: "utf8" });
      return found.filter((path) => path.startsWith(`${where}/`));
    },
  };
}
