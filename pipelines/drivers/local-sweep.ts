// Takes away whatever is left of a local environment, known to the engine or not.
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { nodeHost } from "../../infra/platforms/local/node-host.ts";
import { processHost } from "../../infra/platforms/local/process-host.ts";

/** Ends every process that works in the environment's folder and removes the folder; one that is gone is no error. */
export async function sweep(root: string): Promise<void> {
  const nodes = nodeHost(root);
  const names = await readdir(join(root, "nodes")).catch(() => []);
  await Promise.all(names.map((name) => nodes.remove(name, {})));
  await Promise.all([
    processHost(root, "edge").remove("edge", {}),
    processHost(root, "watcher").remove("watcher", {}),
  ]);
  await rm(root, { recursive: true, force: true });
}
