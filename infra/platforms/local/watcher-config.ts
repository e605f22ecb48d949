// What the watcher scrapes: the shape of its config.
import { z } from "zod";

const metricNamesSchema = z.object({
  requests: z.string(),
  errors: z.string(),
  latency: z.string(),
  sessions: z.string(),
});

export const watcherConfigSchema = z.object({
  /** Read at the start only: it decides how many samples fifteen minutes are. */
  intervalSeconds: z.number().min(0.1).max(60).default(1),
  services: z.array(
    z.object({ name: z.string(), metricsPath: z.string().startsWith("/"), metrics: metricNamesSchema }),
  ),
});

export type WatcherConfig = z.infer<typeof watcherConfigSchema>;
export type WatchedService = WatcherConfig["services"][number];
/** Prometheus names: a counter, a counter, a histogram, a gauge. */
export type MetricNames = z.infer<typeof metricNamesSchema>;
