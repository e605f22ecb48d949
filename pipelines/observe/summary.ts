// What the watcher knows about one node since its release was switched: the unit of evidence of every verdict.
import { z } from "zod";

const count = z.number().nonnegative();
const measured = z.number().nullable();

export const nodeSummarySchema = z.object({
  node: z.string(),
  zone: z.string(),
  release: z.string().nullable(),
  /** Scrapes behind this summary. */
  samples: count,
  /** Epoch milliseconds of the last good scrape; null before the first. */
  lastSeenMs: measured,
  /** Requests and failed requests within the window. */
  requests: count,
  errors: count,
  /** Seconds, within the window; null without an observation. */
  latencyP95: measured,
  /** Observations behind latencyP95. */
  latencyCount: count,
  /** Bytes resident at the last scrape. */
  memory: measured,
  /** Bytes gained from the first to the last scrape of the window; negative when it shrank. */
  memoryGrowth: measured,
  sessions: measured,
  /** Restarts of the process since the switch. */
  restarts: measured,
  /** Names of the metrics the node answered with. */
  metrics: z.array(z.string()),
});

/** One node's numbers, as the watcher's GET /summary gives them. */
export type NodeSummary = z.infer<typeof nodeSummarySchema>;
