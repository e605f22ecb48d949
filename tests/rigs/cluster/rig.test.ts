// Proves the rig itself: a real API server that judges, 50 nodes that obey, pods that fail when told, metrics that follow.
import { afterAll, beforeAll, expect, test } from "vitest";
import { isOwn, startCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { startMetricsSource } from "./metrics-source.ts";
import type { MetricsSource } from "./metrics-source.ts";
import { zones } from "./nodes.ts";
import { startPrometheus } from "./prometheus.ts";
import type { Prometheus } from "./prometheus.ts";

let cluster: Cluster;
let source: MetricsSource;
let prometheus: Prometheus;

beforeAll(async () => {
  cluster = await startCluster();
  source = await startMetricsSource();
  if (isOwn) prometheus = await startPrometheus(cluster, source);
}, 1_800_000);

afterAll(async () => {
  await cluster?.stop();
  await source?.close();
});

const name = "app.kubernetes.io/name";
const labelSelector = { matchLabels: { [name]: "server" } };
const spread = (topologyKey: string) => ({
  maxSkew: 1,
  topologyKey,
  whenUnsatisfiable: "DoNotSchedule",
  labelSelector,
});

/** Fifty pods, one a node; a new release goes to one in ten and is then looked at by `analysis`. */
const rollout = (release: string, spec: object = {}) => ({
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Rollout",
  metadata: { name: "server", namespace: "default" },
  spec: {
    replicas: 50,
    selector: labelSelector,
    strategy: {
      canary: {
        maxSurge: 0,
        maxUnavailable: 10,
        steps: [{ setWeight: 10 }, { analysis: { templates: [{ templateName: "errors" }] } }],
      },
    },
    template: {
      metadata: { labels: { [name]: "server", "surefoot.dev/release": release } },
      spec: {
        topologySpreadConstraints: ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map(spread),
        containers: [{ name: "server", image: "server", resources: { requests: { cpu: "250m" } } }],
      },
    },
    ...spec,
  },
});

const sum = (counter: string): string => `sum by (rollouts_pod_template_hash) (rate(${counter}[5s]))`;

/** Asks Prometheus under its name in the cluster, as a description does. */
const template = () => ({
  apiVersion: "argoproj.io/v1alpha1",
  kind: "AnalysisTemplate",
  metadata: { name: "errors", namespace: "default" },
  spec: {
    metrics: [
      {
        name: "errors",
        initialDelay: "10s",
        count: 1,
        failureCondition: "len(result) > 0 && result[0] > 0.05",
        successCondition: "len(result) > 0 && result[0] <= 0.05",
        provider: {
          prometheus: {
            address: prometheus.inCluster,
            query: `max(${sum("game_message_errors_total")} / ${sum("game_messages_total")})`,
          },
        },
      },
    ],
  },
});

const apply = (...manifests: object[]): Promise<string> => {
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: manifests });
  return cluster.kubectl.with(list, "apply", "--server-side", "--force-conflicts", "-f", "-");
};
const phase = (wanted: string): Promise<string> =>
  cluster.kubectl("wait", "rollout/server", `--for=jsonpath={.status.phase}=${wanted}`, "--timeout=90s");
const serverPods = async (release: string) =>
  (await cluster.pods()).filter(({ labels, going }) => labels["surefoot.dev/release"] === release && !going);

test.runIf(isOwn)("fifty pods take a node each, as many in each zone, and are healthy", async () => {
  await apply(template(), rollout("r1"));
  await phase("Healthy");
  const pods = await serverPods("r1");
  expect(pods.map(({ ready }) => ready)).toEqual(Array.from({ length: 50 }, () => true));
  expect(new Set(pods.map(({ node }) => node)).size).toBe(50);
  expect(new Set(pods.map(({ address }) => address)).size).toBe(50);
  const nodes = JSON.parse(await cluster.kubectl("get", "nodes", "-o", "json")) as { items: any[] };
  const zoneOf = Object.fromEntries(
    nodes.items.map(({ metadata }) => [metadata.name, metadata.labels["topology.kubernetes.io/zone"]]),
  );
  const found = zones.map((zone) => pods.filter(({ node }) => zoneOf[node ?? ""] === zone).length);
  expect(found.toSorted()).toEqual([16, 17, 17]);
});

test.runIf(isOwn)("Prometheus has each of them, with the labels that judges ask for", async () => {
  await prometheus.until('up{service="server"} == 1', 50);
  const [one] = await prometheus.query("up");
  expect(one?.metric).toMatchObject({
    namespace: "default",
    service: "server",
    pod: expect.stringMatching(/^server-/),
    rollouts_pod_template_hash: expect.stringMatching(/^[0-9a-f]+$/),
  });
  await prometheus.until("rate(game_messages_total[5s]) > 0", 50);
  const query = "histogram_quantile(0.95, sum by (le) (rate(game_tick_duration_seconds_bucket[5s])))";
  await expect.poll(async () => (await prometheus.query(query))[0]?.value).toBeCloseTo(0.01, 2);
  source.set("r1", { latency: 0.1, memory: 512 * 1024 * 1024 });
  await expect
    .poll(async () => (await prometheus.query(query))[0]?.value, { timeout: 20_000 })
    .toBeGreaterThan(0.08);
  await prometheus.until("process_resident_memory_bytes > 400e6", 50);
  source.set("r1", {});
});

test.runIf(isOwn)("the API server forwards to Prometheus by the name of its service", async () => {
  const path = "/api/v1/namespaces/monitoring/services/prometheus-operated:9090/proxy/api/v1/query?query=up";
  const answer = JSON.parse(await cluster.kubectl("get", `--raw=${path}`));
  expect(answer.data.result).toHaveLength(50);
});

test.runIf(isOwn)(
  "an analysis that asks Prometheus lets a good release through, and stops a bad one",
  async () => {
    await apply(rollout("r2"));
    await phase("Progressing");
    await phase("Healthy");
    expect(await serverPods("r2")).toHaveLength(50);
    source.set("r3", { errorRate: 0.9 });
    await apply(rollout("r3"));
    await phase("Degraded");
    await expect.poll(async () => (await serverPods("r2")).length, { timeout: 30_000 }).toBe(50);
    expect(await serverPods("r3")).toHaveLength(0);
  },
);

test.runIf(isOwn)("the end of a release's name makes its pods crash, or never be ready", async () => {
  await apply(rollout("r4-crash-loop"));
  await expect
    .poll(async () => (await serverPods("r4-crash-loop")).filter(({ restarts }) => restarts >= 2).length, {
      timeout: 30_000,
    })
    .toBe(5);
  expect((await serverPods("r4-crash-loop")).every(({ ready }) => !ready)).toBe(true);
  await prometheus.until('up{pod=~"server-.*"} == 0', 5);
  await apply(rollout("r5-never-ready"));
  await expect
    .poll(async () => (await serverPods("r5-never-ready")).filter((one) => one.phase === "Running").length, {
      timeout: 30_000,
    })
    .toBeGreaterThanOrEqual(5);
  const found = await serverPods("r5-never-ready");
  expect(found.some(({ ready, restarts }) => ready || restarts > 0)).toBe(false);
});

test.runIf(isOwn)("metrics go down and come back on the same port", async () => {
  await prometheus.stop();
  await expect(prometheus.query("up")).rejects.toThrow(/ECONNREFUSED/);
  const path = "/api/v1/namespaces/monitoring/services/prometheus-operated:9090/proxy/-/ready";
  await expect(cluster.kubectl("get", `--raw=${path}`)).rejects.toThrow();
  await prometheus.start();
  await expect(cluster.kubectl("get", `--raw=${path}`)).resolves.toMatch(/Ready/);
});

test.runIf(isOwn)("API server and controller are killed in the middle: the rollout still ends", async () => {
  await apply(rollout("r6"));
  await phase("Progressing");
  await cluster.stopController();
  await cluster.restartApiserver();
  await cluster.startController();
  await phase("Healthy");
  expect(await serverPods("r6")).toHaveLength(50);
});

test("who has no right is refused, in one namespace or in all", async () => {
  const reads = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list"] }];
  const user = await cluster.addUser("reader", reads, "default");
  const asReader = (...args: string[]) =>
    cluster.kubectl(`--kubeconfig=${user.kubeconfig}`, `--context=${user.context}`, ...args);
  await expect(asReader("get", "configmaps", "-n", "default")).resolves.toContain("kube-root-ca.crt");
  await expect(asReader("get", "secrets", "-n", "default")).rejects.toThrow(/Forbidden.*cannot list/s);
  await expect(asReader("get", "configmaps", "-n", "kube-system")).rejects.toThrow(/Forbidden/);
  await expect(asReader("delete", "configmap", "kube-root-ca.crt", "-n", "default")).rejects.toThrow(
    /Forbidden/,
  );
});

test("a misspelled field is refused, in built-in kinds and in those of Argo Rollouts", async () => {
  const dry = (manifest: object) =>
    cluster.kubectl.with(
      JSON.stringify(manifest),
      "apply",
      "--server-side",
      "--dry-run=server",
      "--validate=strict",
      "-f",
      "-",
    );
  const wrong = rollout("r1", { replcas: 3 });
  await expect(dry({ ...wrong, metadata: { name: "wrong", namespace: "default" } })).rejects.toThrow(
    /replcas/,
  );
  const metadata = { name: "wrong", namespace: "default" };
  const map = { apiVersion: "v1", kind: "ConfigMap", metadata, imutable: true };
  await expect(dry(map)).rejects.toThrow(/imutable/);
});
