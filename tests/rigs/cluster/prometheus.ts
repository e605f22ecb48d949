// Debian's Prometheus beside the rig's cluster: it is told which pods are there, and asks the metrics source in their place.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import { stringify } from "yaml";
import { claimPort } from "../../../infra/platforms/local/ports.ts";
import { unpackedPackages } from "../../support/debian-packages.ts";
import type { Cluster } from "./cluster.ts";
import type { MetricsSource } from "./metrics-source.ts";
import type { Program } from "./processes.ts";

export interface Prometheus {
  /** From this machine. */
  url: string;
  /** As programs in the cluster reach it: Argo Rollouts does, and so does the proxy of the API server. */
  inCluster: string;
  /** The values of an instant query, with their labels. */
  query: (text: string) => Promise<{ metric: Record<string, string>; value: number }[]>;
  /** Resolves once the query gives `count` series; throws after `seconds`. */
  until: (text: string, count: number, seconds?: number) => Promise<void>;
  /** The end of the cluster ends it too. */
  stop: () => Promise<void>;
  /** Starts it again, on the same port and what it had stored. */
  start: () => Promise<void>;
}

const service = { name: "prometheus-operated", namespace: "monitoring", port: 9090 };

/** Prometheus of the packages, and `promtool` beside it. */
export function prometheusFolder(): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const found = folders.find((one) =>
    ["prometheus", "promtool"].every((name) => existsSync(join(one, name))),
  );
  const complaint = "no prometheus is installed, and apt-get cannot download it: install it";
  return found ?? join(unpackedPackages(["prometheus"], complaint), "usr", "bin");
}

/** Scrapes every pod with the label `app.kubernetes.io/name` each second. */
export async function startPrometheus(cluster: Cluster, source: MetricsSource): Promise<Prometheus> {
  const folder = join(cluster.folder, "prometheus");
  mkdirSync(folder);
  const port = await claimPort(folder, process.pid * 16 + 8);
  const url = `http://127.0.0.1:${port}`;
  writeFileSync(join(folder, "prometheus.yaml"), stringify(settings(source.port)));
  let program: Program | undefined;
  const start = async (): Promise<void> => {
    program = cluster.processes.start("prometheus", join(prometheusFolder(), "prometheus"), [
      `--config.file=${join(folder, "prometheus.yaml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--query.lookback-delta=15s",
      "--scrape.discovery-reload-interval=1s",
      "--log.level=warn",
    ]);
    await ready(url, program.check);
  };
  const query: Prometheus["query"] = async (text) => {
    const answer = await request(`${url}/api/v1/query?query=${encodeURIComponent(text)}`);
    const body = (await answer.body.json()) as any;
    if (body.status !== "success") throw new Error(`${text}: ${body.error}`);
    return body.data.result.map(({ metric, value }: any) => ({ metric, value: Number(value[1]) }));
  };
  source.find(cluster.pods);
  await start();
  await serve(cluster, port);
  return {
    url,
    inCluster: `http://${service.name}.${service.namespace}:${service.port}`,
    query,
    until: async (text, count, seconds = 60) => {
      for (const end = Date.now() + seconds * 1000; ; await sleep(200)) {
        const found = await query(text);
        if (found.length === count) return;
        if (Date.now() > end) throw new Error(`${text}: ${found.length} series, not ${count}`);
      }
    },
    stop: async () => program?.stop(),
    start,
  };
}

async function ready(url: string, check: () => void): Promise<void> {
  for (let patience = 1200; ; patience -= 1) {
    check();
    const status = await request(`${url}/-/ready`).then(
      async ({ statusCode, body }) => (await body.dump(), statusCode),
      () => 0,
    );
    if (status === 200) return;
    if (patience === 0) throw new Error(`prometheus is not ready: ${status}`);
    await sleep(50);
  }
}

// Debian builds it without its own discovery of pods: the source tells them, as the API server does.
function settings(sourcePort: number): object {
  const own = { source_labels: ["__meta_path"], target_label: "__metrics_path__" };
  return {
    global: { scrape_interval: "1s", scrape_timeout: "1s", evaluation_interval: "1s" },
    scrape_configs: [
      {
        job_name: "pods",
        http_sd_configs: [{ url: `http://127.0.0.1:${sourcePort}/targets`, refresh_interval: "1s" }],
        relabel_configs: [
          own,
          { source_labels: ["service"], target_label: "job" },
          { source_labels: ["__address__"], target_label: "instance" },
          { target_label: "__address__", replacement: `127.0.0.1:${sourcePort}` },
        ],
      },
    ],
  };
}

/** Makes it a service of the cluster, where the operator's would be: a pod in name, whose address leads to the process. */
async function serve(cluster: Cluster, port: number): Promise<void> {
  const { name, namespace } = service;
  const ports = [{ name: "http-web", port: service.port }];
  const labels = { "rig.surefoot.dev/is": "prometheus" };
  const pod = `${name}-0`;
  const manifests = [
    { kind: "Namespace", metadata: { name: namespace } },
    { kind: "ServiceAccount", metadata: { name: "default", namespace } },
    { kind: "Service", metadata: { name, namespace }, spec: { clusterIP: "None", selector: labels, ports } },
    {
      kind: "Pod",
      metadata: { name: pod, namespace, labels },
      spec: { containers: [{ name: "prometheus", image: "prometheus" }] },
    },
  ].map((one) => ({ apiVersion: "v1", ...one }));
  const { kubectl, network } = cluster;
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: manifests });
  await kubectl.with(list, "apply", "--server-side", "--force-conflicts", "-f", "-");
  await kubectl("wait", `pod/${pod}`, "-n", namespace, "--for=condition=Ready", "--timeout=60s");
  const address = await kubectl("get", "pod", pod, "-n", namespace, "-o", "jsonpath={.status.podIP}");
  for (const host of [`${name}.${namespace}`, `${name}.${namespace}.svc`, address])
    network.route(`${host}:${service.port}`, port);
  await kubectl("wait", `endpoints/${name}`, "-n", namespace, "--for=jsonpath={.subsets}", "--timeout=60s");
}
