// Builds what the rig needs before the first test, where no test runs out of time.
import { installed } from "./binaries.ts";
import { isOwn } from "./cluster.ts";
import { pieces } from "./pieces.ts";
import type { PieceName } from "./pieces.ts";
import { prometheusFolder } from "./prometheus.ts";

/** Vitest calls it. */
export async function setup(): Promise<void> {
  const all = Object.keys(pieces) as PieceName[];
  for (const name of isOwn ? all : (["crane"] as const)) await installed(name);
  prometheusFolder();
}
