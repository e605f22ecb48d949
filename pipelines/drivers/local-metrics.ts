// The watcher of a local environment as a source of metrics.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { nodeSummarySchema } from "../observe/summary.ts";
import type { Metrics } from "../rollout/fleet.ts";

const answer = z.object({ nodes: z.array(nodeSummarySchema) });

/** Asks the watcher; throws when it is down or its answer is not what it should be. */
export function openLocalMetrics(root: string): Metrics {
  return {
    summaries: async (service, fromMs, toMs) => {
      const { port } = JSON.parse(readFileSync(join(root, "watcher.json"), "utf8")) as { port: number };
      const query = new URLSearchParams({ service, from: String(fromMs), to: String(toMs) });
      const response = await fetch(`http://127.0.0.1:${port}/summary?${query}`, {
        signal: AbortSignal.timeout(3000),
      });
      if (!response.ok) throw new Error(`the watcher answered ${response.status}`);
      return answer.parse(await response.json()).nodes;
    },
  };
}
