// What is asked of Prometheus about the pods of a service, in one query, and how its answer is read. Pure.
import { z } from "zod";
import type { Service } from "../../environments/shape.ts";
import { printable } from "../ledger/printable.ts";
import type { NodeSummary } from "../observe/summary.ts";

export type MetricKey = "requests" | "errors" | "latency" | "sessions";

export interface Window {
  namespace: string;
  service: Pick<Service, "name" | "metrics">;
  /** Epoch milliseconds. */
  fromMs: number;
  toMs: number;
}

const podsMost = 5000;
// The last moment that a Date can hold: what is told beyond it is no time.
const latestSeconds = 8.64e12;
const pointsPerWindow = 60;

/** Which series tell each measure of a service; `latency` is a histogram, `sessions` is left out where there are none. */
export function seriesNames({ metrics }: Window["service"]): Partial<Record<MetricKey, string>> {
  const { requests, errors, latency, sessions } = metrics;
  return { requests, errors, latency: `${latency}_bucket`, ...(sessions !== "" && { sessions }) };
}

/**
 * The query. Counters are summed per pod before they are compared over time, and a pod that is scraped but does not tell a counter
 * counts as 0: the first error of a pod makes a new series, and increase() of that series alone would not see it.
 */
export function podsQuery(window: Window): string {
  const milliseconds = Math.max(1000, Math.ceil(window.toMs - window.fromMs));
  // increase() stretches what it saw to the edges of the window: by one step, so steps are short.
  const over = `[${milliseconds}ms:${Math.max(100, Math.ceil(milliseconds / pointsPerWindow))}ms]`;
  const within = `namespace=${JSON.stringify(window.namespace)},service=${JSON.stringify(window.service.name)},pod!=""`;
  const { requests, errors, latency, sessions } = seriesNames(window.service);
  const of = (name: string, more = ""): string => `${name}{${within}${more}}`;
  const up = of("up");
  const counted = (counter: string): string =>
    `increase((sum by (pod) (${counter}) or 0 * max by (pod) (${up} == 1))${over})`;
  // Steps of a window lie where the clock is even: the newest value comes first.
  const last = (gauge: string): string => `((${gauge}) or last_over_time((${gauge})${over}))`;
  const memory = `sum by (pod) (${of("process_resident_memory_bytes")})`;
  const told = Object.entries(seriesNames(window.service)).map(
    ([key, name]) => [`tells ${key}`, last(`count by (pod) (${of(name)})`)] as const,
  );
  const parts: (readonly [string, string])[] = [
    ["samples", `max by (pod) (sum_over_time(${up}[${milliseconds}ms]))`],
    ["lastSeen", last(`max by (pod, surefoot_dev_release) (timestamp(${up}) and ${up} == 1)`)],
    ["requests", counted(of(requests ?? ""))],
    ["errors", counted(of(errors ?? ""))],
    ["latencyP95", `histogram_quantile(0.95, increase((sum by (pod, le) (${of(latency ?? "")}))${over}))`],
    ["latencyCount", counted(of(latency ?? "", ',le="+Inf"'))],
    ["memory", last(memory)],
    ["memoryGrowth", `deriv((${memory})${over})`],
    ...(sessions === undefined ? [] : [["sessions", last(`sum by (pod) (${of(sessions)})`)] as const]),
    ["restarts", `changes((max by (pod) (${of("process_start_time_seconds")}))${over})`],
    ...told,
  ];
  return parts.map(([name, query]) => `label_replace(${query},"measure","${name}","","")`).join(" or ");
}

const refused = z.object({ status: z.literal("error"), error: z.string().default("no reason given") });
const answered = <T extends z.ZodType>(data: T) =>
  z.discriminatedUnion("status", [z.object({ status: z.literal("success"), data }), refused]);
const labels = z.record(z.string(), z.string());
const vector = answered(
  z.object({
    resultType: z.literal("vector"),
    result: z.array(z.object({ metric: labels, value: z.tuple([z.number(), z.string()]) })),
  }),
);
const metadata = answered(z.array(z.object({ target: labels })));

/** One summary a pod, by name. Throws where the answer is an error, or not one at all: nothing is known then. */
export function podSummaries(text: string): NodeSummary[] {
  const pods = new Map<string, Map<string, number>>();
  const releases = new Map<string, string>();
  for (const { metric, value } of read(vector, text).result) {
    const { pod = "", measure = "", surefoot_dev_release: release } = metric;
    const number = value[1] === "" ? Number.NaN : Number(value[1]);
    if (pod === "" || !Number.isFinite(number)) continue;
    const measures = pods.get(pod) ?? new Map<string, number>();
    pods.set(pod, measures.set(measure, number));
    if (release) releases.set(pod, release);
    if (pods.size > podsMost) throw new Error(`Prometheus tells of more than ${podsMost} pods`);
  }
  return [...pods]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([pod, measures]) => summaryOf(pod, releases.get(pod) ?? null, measures));
}

/** Pods that announce a metric of which there may be no series yet, such as errors before the first. Throws as podSummaries. */
export function podsThatDeclare(text: string): Set<string> {
  return new Set(read(metadata, text).map(({ target }) => target["pod"] ?? ""));
}

function read<T>(
  shape: z.ZodType<{ status: "success"; data: T } | z.infer<typeof refused>>,
  text: string,
): T {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Error("Prometheus answered something that is no JSON", { cause: error });
  }
  const { success, data: answer, error } = shape.safeParse(parsed);
  if (!success) throw new Error("Prometheus answered something unexpected", { cause: error });
  if (answer.status === "error")
    throw new Error(`Prometheus refused: ${printable(answer.error).slice(0, 300)}`);
  return answer.data;
}

function summaryOf(node: string, release: string | null, measures: ReadonlyMap<string, number>): NodeSummary {
  // increase() goes to the edges of the window, so what it counts is no whole number.
  const count = (name: string): number => Math.max(0, Math.round(measures.get(name) ?? 0));
  const gauge = (name: string): number | null => measures.get(name) ?? null;
  const seen = gauge("lastSeen");
  const restarts = gauge("restarts");
  return {
    node,
    zone: "",
    release,
    samples: count("samples"),
    lastSeenMs: seen === null || Math.abs(seen) > latestSeconds ? null : Math.round(seen * 1000),
    requests: count("requests"),
    errors: count("errors"),
    latencyP95: gauge("latencyP95"),
    latencyCount: count("latencyCount"),
    memory: gauge("memory"),
    memoryGrowth: gauge("memoryGrowth"),
    sessions: gauge("sessions"),
    restarts: restarts === null ? null : Math.round(restarts),
    metrics: [...measures.keys()].filter((name) => name.startsWith("tells ")).map((name) => name.slice(6)),
  };
}
