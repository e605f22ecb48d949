// Prometheus as the source of metrics for pods: one query for all pods of a service, through the API server or directly.
import { request } from "undici";
import type { Service } from "../../environments/shape.ts";
import { prometheusNamespace } from "../../infra/platforms/kubernetes/prometheus.ts";
import type { NodeSummary } from "../observe/summary.ts";
import type { Metrics } from "../rollout/fleet.ts";
import type { Kube } from "./kube-client.ts";
import { podSummaries, podsQuery, podsThatDeclare, seriesNames } from "./kube-series.ts";
import type { MetricKey } from "./kube-series.ts";

/** The body of a GET on Prometheus; `path` begins with a slash. Throws where it cannot be had. */
export type PrometheusGet = (path: string) => Promise<string>;

export interface PrometheusOptions {
  namespace: string;
  services: Record<string, Pick<Service, "name" | "metrics">>;
  get: PrometheusGet;
}

const timeoutMs = 10_000;
const largestBytes = 32 * 1024 ** 2;

/** One summary a pod; its zone is not known here. Throws when Prometheus is down, refuses, or answers nonsense. */
export function openPrometheus({ namespace, services, get }: PrometheusOptions): Metrics {
  return {
    summaries: async (name, fromMs, toMs) => {
      const service = services[name];
      if (service === undefined) throw new Error(`there is no service ${name}`);
      const query = podsQuery({ namespace, service, fromMs, toMs });
      const words = new URLSearchParams({
        query,
        time: String(toMs / 1000),
        timeout: `${timeoutMs / 1000}s`,
      });
      const summaries = podSummaries(await get(`/api/v1/query?${words}`));
      return await withDeclared(summaries, namespace, service, get);
    },
  };
}

/** A counter with labels has no series before it first counts. Those that no pod tells are looked for by their declaration. */
async function withDeclared(
  summaries: NodeSummary[],
  namespace: string,
  service: PrometheusOptions["services"][string],
  get: PrometheusGet,
): Promise<NodeSummary[]> {
  const told = new Set(summaries.flatMap(({ metrics }) => metrics));
  const untold = (Object.keys(seriesNames(service)) as MetricKey[]).filter((key) => !told.has(key));
  if (summaries.length === 0 || untold.length === 0) return summaries;
  const target = `{namespace=${JSON.stringify(namespace)},service=${JSON.stringify(service.name)}}`;
  const declared = await Promise.all(
    untold.map(async (key) => {
      const words = new URLSearchParams({ metric: service.metrics[key], match_target: target });
      // Not every source that speaks Prometheus' language has this one: then the metric is not told.
      const text = await get(`/api/v1/targets/metadata?${words}`).catch(
        () => '{"status":"success","data":[]}',
      );
      return { key, pods: podsThatDeclare(text) };
    }),
  );
  return summaries.map((summary) => {
    const more = declared.filter(({ pods }) => pods.has(summary.node)).map(({ key }) => key);
    return { ...summary, metrics: [...summary.metrics, ...more] };
  });
}

/**
 * How this machine reaches the Prometheus that programs in the cluster know under this address: one that is a service there
 * (`<service>.<namespace>`, with or without `.svc.cluster.local`), through the API server; any other, directly.
 */
export function prometheusGet(address: string, kube: Pick<Kube, "proxy">): PrometheusGet {
  const { protocol, hostname, host, port, pathname, origin } = new URL(address);
  const namespace = prometheusNamespace(address);
  const base = pathname.replace(/\/+$/, "");
  const get: PrometheusGet =
    namespace === undefined
      ? (path) => directly(`${origin}${base}${path}`)
      : (path) => {
          const secure = protocol === "https:";
          const service = `${secure ? "https:" : ""}${hostname.split(".")[0]}`;
          return kube.proxy(service, namespace, Number(port || (secure ? 443 : 80)), `${base}${path}`);
        };
  return async (path) => {
    try {
      return await get(path);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`Prometheus at ${host} cannot be asked: ${why}`, { cause: error });
    }
  };
}

async function directly(url: string): Promise<string> {
  const { statusCode, headers, body } = await request(url, { signal: AbortSignal.timeout(timeoutMs) });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += (chunk as Buffer).length;
    if (bytes > largestBytes) throw new Error("its answer is too large");
    chunks.push(chunk as Buffer);
  }
  // What it refuses it explains in JSON, under whatever status.
  const isJson = String(headers["content-type"]).includes("json");
  if (statusCode !== 200 && !isJson) throw new Error(`it answered ${statusCode}`);
  return Buffer.concat(chunks).toString();
}
