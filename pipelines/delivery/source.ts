// Which release a commit means for a service: named by what it is made from, so that an unchanged service keeps its release.
import { createHash } from "node:crypto";
import type { Service } from "../../environments/shape.ts";
import { lastTouching } from "../drivers/git-history.ts";

/** Files of the whole repository that any build may read. */
const shared = ["package.json", "package-lock.json"];

/**
 * The last commit that touched the service's source, its inputs or the lockfile, and a mark of how it is built and started: the
 * same text for as long as the same release would come out. null: no commit has touched any of them.
 */
export async function releaseNameFor(repo: string, service: Service): Promise<string | null> {
  // Samples may lie beside the source; what they expect is not what is built.
  const samples = service.contracts === undefined ? [] : [service.contracts];
  const commit = await lastTouching(repo, [service.source, ...service.inputs, ...shared], samples);
  if (commit === null) return null;
  const { build, start, needs, source } = service;
  const mark = createHash("sha256").update(JSON.stringify([source, build, start, needs]));
  return `${commit.slice(0, 10)}-${mark.digest("hex").slice(0, 4)}`;
}
