// Tests the doctor's view of a cluster: each thing that is missing is named with what comes next, and nothing is asked in vain.
import { expect, test } from "vitest";
import { descriptionSchema } from "../../../../environments/shape.ts";
import type { Description } from "../../../../environments/shape.ts";
import { wrong } from "../../../../pipelines/environment/doctor/attempt.ts";
import { neededKinds } from "../../../../pipelines/environment/doctor/kubernetes-kinds.ts";
import { rightsOf, rightsText } from "../../../../pipelines/environment/doctor/kubernetes-rights.ts";
import { examineKubernetes } from "../../../../pipelines/environment/doctor/kubernetes.ts";
import type { KubernetesProbes } from "../../../../pipelines/environment/doctor/kubernetes.ts";

const service = { kind: "sessions", nodes: 50, source: "x", build: "b", start: "s" };
const described = (more: object = {}, server: object = {}): Description =>
  ({
    name: "prod",
    ...descriptionSchema.parse({
      platform: "kubernetes",
      kubernetes: { context: "game", registry: "registry.example.com/game" },
      services: { server: { ...service, ...server } },
      ...more,
    }),
  }) as Description;

const kinds: Record<string, string[]> = {
  "argoproj.io/v1alpha1": ["Rollout", "AnalysisTemplate", "AnalysisRun"],
  "monitoring.coreos.com/v1": ["ServiceMonitor", "PodMonitor", "PrometheusRule"],
};

const healthy: KubernetesProbes = {
  context: async () => "game, https://cluster.example.com",
  version: async () => "v1.36.3",
  kinds: async (group, version) => kinds[`${group}/${version}`],
  catalog: async () => true,
  missing: async () => [],
  controller: async () => ({ version: "v1.9.2", available: 1, renewed: 2 }),
  base: async () => "there",
  registry: async () => "answers",
  prometheus: async () => "answers",
};

const examined = async (probes: Partial<KubernetesProbes>, description = described()) => {
  const checks = await examineKubernetes(description, { ...healthy, ...probes });
  return checks.map(({ check, ok, detail, next }) => `${check} ${ok ? "ok" : `WRONG ${detail}: ${next}`}`);
};
const faults = async (probes: Partial<KubernetesProbes>, description?: Description): Promise<string[]> =>
  (await examined(probes, description)).filter((line) => line.includes("WRONG"));

test("a cluster with everything in it is ready", async () => {
  expect(await examined({})).toEqual([
    "context ok",
    "cluster ok",
    "Argo Rollouts ok",
    "the Prometheus operator ok",
    "controller ok",
    "rights ok",
    "prometheus ok",
    "base image ok",
    "registry ok",
  ]);
});

test("where another context is current, or none is reached, the cluster is asked nothing else", async () => {
  const current = () =>
    Promise.reject(wrong("the current context is dev", "kubectl config use-context game"));
  expect(await examined({ context: current })).toEqual([
    "context WRONG the current context is dev: kubectl config use-context game",
    "base image ok",
    "registry ok",
  ]);
  const old = () => Promise.reject(wrong("the cluster runs Kubernetes v1.27", "upgrade the cluster"));
  expect((await examined({ version: old })).slice(0, 3)).toEqual([
    "context ok",
    "cluster WRONG the cluster runs Kubernetes v1.27: upgrade the cluster",
    "base image ok",
  ]);
});

test("a part that is not installed is named with its chart, one that is too old with what it lacks", async () => {
  expect(
    await faults({
      kinds: async (group) => (group === "argoproj.io" ? undefined : kinds["monitoring.coreos.com/v1"]),
    }),
  ).toEqual([
    expect.stringMatching(
      /^Argo Rollouts WRONG .* not installed: .*argoproj\.io\/v1alpha1: helm upgrade --install argo-rollouts /,
    ),
  ]);
  const [line] = await faults({
    kinds: async (_, version) => (version === "v1alpha1" ? ["Rollout"] : kinds["monitoring.coreos.com/v1"]),
  });
  expect(line).toMatch(/too old: argoproj\.io\/v1alpha1 has no AnalysisTemplate, AnalysisRun/);
});

test("a database needs the list of its images, which a look may not be allowed to see", async () => {
  const description = described({ database: {} });
  const probes = (catalog: boolean | null) => ({
    catalog: async () => catalog,
    kinds: async (group: string, version: string) =>
      group === "postgresql.cnpg.io" ? ["Cluster", "ClusterImageCatalog"] : kinds[`${group}/${version}`],
  });
  expect(await faults(probes(true), description)).toEqual([]);
  expect(await faults(probes(null), description)).toEqual([]);
  expect(await faults(probes(false), description)).toEqual([
    expect.stringMatching(
      /^database images WRONG .* no ClusterImageCatalog \S+: .*: kubectl apply -f https:/,
    ),
  ]);
});

test("every right that is missing is named", async () => {
  const [line] = await faults({
    missing: async (rights) =>
      rights.filter(({ verb, resource }) => verb === "patch" && /rollouts/.test(resource)),
  });
  expect(line).toMatch(
    /^rights WRONG you may not: rollouts\.argoproj\.io: patch; rollouts\/status\.argoproj\.io: patch: have them allowed/,
  );
});

test.each([
  ["is gone", undefined, /nowhere to be seen/],
  ["has no pod", { version: "v1.9.2", available: 0 }, /v1\.9\.2 has no pod/],
  ["does not renew", { version: "", renewed: 90 }, /not renewed its lease for 90 s/],
  ["is too old", { version: "v1.8.3", available: 1 }, /is v1\.8\.3, and 1\.9 is the oldest/],
])("a controller that %s is told", async (_what, controller, said) => {
  expect(await faults({ controller: async () => controller })).toEqual([expect.stringMatching(said)]);
});

test("a controller that nobody may look at is no fault", async () => {
  expect(await faults({ controller: async () => null })).toEqual([]);
});

const floors = {
  scaling: {
    max: 80,
    floors: [
      { name: "evening", nodes: 60, days: ["mon"], from: "17:00", to: "23:00", timezone: "Europe/Berlin" },
    ],
  },
};

test("what is described decides what must be there", () => {
  const groups = (description: Description) => neededKinds(description).map(({ group }) => group);
  expect(groups(described())).toEqual(["argoproj.io", "monitoring.coreos.com"]);
  expect(groups(described({ database: {} }, floors))).toEqual([
    "argoproj.io",
    "monitoring.coreos.com",
    "metrics.k8s.io",
    "keda.sh",
    "postgresql.cnpg.io",
  ]);
});

test("and which rights are asked for, none of them more than that", () => {
  const resources = (description: Description) =>
    new Set(rightsOf(description, "surefoot-prod").map(({ resource }) => resource));
  const few = resources(described());
  expect(few).toContain("rollouts");
  for (const name of ["clusters", "scaledobjects", "horizontalpodautoscalers", "ingresses"])
    expect(few).not.toContain(name);
  const more = resources(described({ database: {} }, floors));
  for (const name of ["clusters", "podmonitors", "scaledobjects"]) expect(more).toContain(name);
  const outside = rightsOf(described(), "surefoot-prod").filter(
    ({ namespace }) => namespace !== "surefoot-prod",
  );
  expect(rightsText(outside)).toBe(
    "namespaces: get, list, watch, create, patch, delete; services/proxy: get",
  );
});
