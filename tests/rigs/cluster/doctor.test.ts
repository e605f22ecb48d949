// The doctor on a real API server: a cluster that has everything but what the rig does without, users without rights, none reached.
import { afterAll, expect, test, vi } from "vitest";
import { makeWorld } from "../../support/world.ts";
import { describeCluster } from "../../support/kube-description.ts";
import { CATALOG } from "../../../infra/platforms/kubernetes/database-names.ts";
import { examineKubernetes } from "../../../pipelines/environment/doctor/kubernetes.ts";
import { kubernetesProbes } from "../../../pipelines/environment/doctor/kubernetes-probes.ts";
import { isOwn, startCluster } from "./cluster.ts";

const cluster = await startCluster({ nodes: 3 });
const world = makeWorld();

afterAll(async () => {
  vi.unstubAllEnvs();
  await world.end();
  await cluster.stop();
});

async function examined(kubeconfig: string, context: string): Promise<Record<string, string>> {
  vi.stubEnv("KUBECONFIG", kubeconfig);
  // A port that nobody listens on: no registry of the world is asked.
  const registry = "127.0.0.1:9/game";
  const base = `127.0.0.1:9/base@sha256:${"a".repeat(64)}`;
  const description = describeCluster(world.repo, {
    protection: false,
    kubernetes: { context, registry, base, ingress: { class: "nginx" } },
  });
  const checks = await examineKubernetes(description, kubernetesProbes(description));
  return Object.fromEntries(
    checks.map(({ check, ok, detail, next }) => [check, ok ? `ok ${detail}` : `WRONG ${detail}: ${next}`]),
  );
}

test("what is there is found, what is missing is named with what comes next", async () => {
  const found = await examined(cluster.kubeconfig, cluster.context);
  expect(found).toMatchObject({
    context: expect.stringMatching(/^ok /),
    cluster: expect.stringMatching(/^ok v1\.\d+/),
    "Argo Rollouts": "ok argoproj.io/v1alpha1: Rollout, AnalysisTemplate, AnalysisRun",
    KEDA: "ok keda.sh/v1alpha1: ScaledObject",
    CloudNativePG: "ok postgresql.cnpg.io/v1: Cluster, ClusterImageCatalog",
    "database images": expect.stringMatching(
      /^WRONG the cluster has no ClusterImageCatalog .*: kubectl apply -f /,
    ),
    "the Prometheus operator": expect.stringMatching(/^ok monitoring/),
    "metrics-server": expect.stringMatching(/^WRONG metrics-server is not installed: .*helm upgrade/),
    rights: expect.stringMatching(/^ok all \d+ that up and deploy need/),
    prometheus: expect.stringMatching(
      /^WRONG Prometheus at prometheus-operated\.monitoring:9090 cannot be asked/,
    ),
    "base image": expect.stringMatching(/^WRONG /),
    registry: expect.stringMatching(/^WRONG /),
  });
});

test("the list of database images is found, or told to be out of sight", async () => {
  const catalog = {
    apiVersion: "postgresql.cnpg.io/v1",
    kind: "ClusterImageCatalog",
    metadata: { name: CATALOG },
    spec: { images: [{ major: 17, image: "registry.example.com/postgresql:17" }] },
  };
  await cluster.kubectl.with(JSON.stringify(catalog), "apply", "--server-side", "-f", "-");
  expect((await examined(cluster.kubeconfig, cluster.context))["database images"]).toBe(`ok ${CATALOG}`);
  const { kubeconfig, context } = await cluster.addUser("blind", []);
  expect((await examined(kubeconfig, context))["database images"]).toMatch(/^ok these rights do not/);
});

test.runIf(isOwn)("the controller is found by its lease, and missed when it stops renewing it", async () => {
  expect((await examined(cluster.kubeconfig, cluster.context))["controller"]).toMatch(
    /^WRONG .*nowhere to be seen/,
  );
  const lease = (renewTime: string) =>
    JSON.stringify({
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "argo-rollouts-controller-lock", namespace: "argo" },
      spec: { holderIdentity: "one", leaseDurationSeconds: 15, renewTime },
    });
  const apply = ["apply", "--server-side", "-f", "-"];
  await cluster.kubectl("create", "namespace", "argo");
  await cluster.kubectl.with(lease(new Date().toISOString().replace("Z", "000Z")), ...apply);
  expect((await examined(cluster.kubeconfig, cluster.context))["controller"]).toMatch(/^ok .*alive$/);
  await cluster.kubectl.with(lease("2026-01-01T00:00:00.000000Z"), ...apply);
  expect((await examined(cluster.kubeconfig, cluster.context))["controller"]).toMatch(
    /^WRONG .*not renewed its lease/,
  );
});

test("each right that a user lacks is named", async () => {
  const rule = {
    apiGroups: ["", "apps", "argoproj.io"],
    resources: ["*"],
    verbs: ["get", "list", "watch", "create", "delete"],
  };
  const { kubeconfig, context } = await cluster.addUser("maker", [rule]);
  const { rights, controller } = await examined(kubeconfig, context);
  expect(rights).toMatch(/^WRONG you may not: namespaces: patch; /);
  for (const missing of [
    "rollouts.argoproj.io: patch",
    "networkpolicies.networking.k8s.io: get, list, watch, create, patch, delete",
  ])
    expect(rights).toContain(missing);
  expect(rights).not.toContain("replicasets");
  // Deployments it may look for, leases not.
  expect(controller).toMatch(/^ok these rights do not let one look/);
});

test("another context that is current, and a context that is not there, are refused before anything is asked", async () => {
  const none = await examined(cluster.kubeconfig, "elsewhere");
  expect(Object.keys(none).toSorted()).toEqual(["base image", "context", "registry"]);
  expect(none["context"]).toMatch(/^WRONG the kubeconfig has no context elsewhere/);
});

test.runIf(isOwn)("a cluster that does not answer is told as that", async () => {
  await cluster.stopApiserver();
  const found = await examined(cluster.kubeconfig, cluster.context);
  expect(found["cluster"]).toMatch(/^WRONG .*cannot be reached/);
  expect(found["rights"]).toBeUndefined();
  await cluster.startApiserver();
});
