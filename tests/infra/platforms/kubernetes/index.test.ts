// The cluster's program over prod: who owns which field, nothing open, nothing unnamed, each change small.
import { beforeAll, describe, expect, it } from "vitest";
import { declare, inCluster, serviceOf } from "./mocks.ts";
import type { Declared } from "./mocks.ts";

/** `Kind/name` of what differs between two declarations, ignored fields left out. */
function changed(before: Declared, after: Declared): string[] {
  const texts = ({ manifests, ignored }: Declared) =>
    new Map(
      manifests.map((manifest) => {
        const key = `${manifest.kind}/${manifest.metadata.name}`;
        const { replicas: _replicas, ...spec } = manifest.spec ?? {};
        return [key, JSON.stringify(ignored.has(key) ? { ...manifest, spec } : manifest)];
      }),
    );
  const [old, now] = [texts(before), texts(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((key) => old.get(key) !== now.get(key))
    .toSorted();
}

let prod: Declared;
beforeAll(async () => {
  prod = await declare(inCluster());
});

describe("prod in a cluster", () => {
  it("tells what the release plane needs", () => {
    expect(prod.told).toEqual({
      platform: "kubernetes",
      context: "rig",
      namespace: "surefoot-prod",
      services: ["app", "server"],
      edge: "https://play.example.com",
    });
  });

  it("touches the named context only, and takes no other kubeconfig for another cluster", () => {
    expect(prod.provider).toEqual({
      context: "rig",
      clusterIdentifier: "rig",
      namespace: "surefoot-prod",
      enableServerSideApply: "true",
    });
  });

  it("labels everything, and keeps everything in its namespace", () => {
    for (const { kind, metadata } of prod.manifests) {
      expect(metadata.labels, `${kind} ${metadata.name}`).toMatchObject({
        "app.kubernetes.io/managed-by": "surefoot",
        "app.kubernetes.io/part-of": "prod",
      });
      if (kind !== "Namespace") expect(metadata.namespace, kind).toBe("surefoot-prod");
    }
    expect(prod.one("PodTemplate", "app").metadata.labels["app.kubernetes.io/name"]).toBe("app");
    for (const [kind, name] of [
      ["ServiceMonitor", "app"],
      ["PodMonitor", "database"],
      ["PrometheusRule", "environment"],
      ["AlertmanagerConfig", "environment"],
    ] as const)
      expect(prod.one(kind, name).metadata.labels).toMatchObject({ release: "monitoring" });
  });

  it("protects what holds data, under protection only", async () => {
    expect(prod.kept.toSorted()).toEqual(["Cluster/database", "Namespace/namespace"]);
    expect((await declare({ ...inCluster(), protection: false })).kept).toEqual([]);
  });

  it("leaves template, steps and pause of a Rollout to the release plane", () => {
    for (const name of ["app", "server"]) {
      const { spec, metadata } = prod.one("Rollout", name);
      expect(Object.keys(spec)).not.toEqual(expect.arrayContaining(["template"]));
      expect(spec).not.toHaveProperty("paused");
      expect(spec).not.toHaveProperty("workloadRef");
      expect(spec.strategy.canary).not.toHaveProperty("steps");
      expect(Object.keys(metadata.annotations ?? {})).toEqual(["pulumi.com/patchForce"]);
      expect(spec.selector.matchLabels).toEqual({
        "app.kubernetes.io/name": name,
        "app.kubernetes.io/part-of": "prod",
      });
    }
  });

  it("sets the number of pods where it is fixed, and leaves it to the scaler where it is not", () => {
    expect(prod.one("Rollout", "server").spec.replicas).toBe(50);
    expect(prod.one("Rollout", "app").spec.replicas).toBe(6);
    expect([...prod.ignored]).toEqual([["Rollout/app", ["spec.replicas"]]]);
  });

  it("holds nothing of a release", async () => {
    const wanted = inCluster();
    Object.assign(serviceOf(wanted, "server"), {
      start: "exec other",
      build: "make",
      config: { LEVEL: "9" },
    });
    expect(changed(prod, await declare(wanted))).toEqual([]);
  });
});

describe("a change", () => {
  it("from 50 to 60 nodes touches no pod: not their shape, only how many", async () => {
    const wanted = inCluster();
    serviceOf(wanted, "server").nodes = 60;
    const after = await declare(wanted);
    expect(changed(prod, after).filter((key) => !key.startsWith("AnalysisTemplate/"))).toEqual([
      "PodDisruptionBudget/server",
      "ResourceQuota/environment",
      "Rollout/server",
    ]);
    expect(after.one("Rollout", "server").spec.replicas).toBe(60);
  });

  it("of the shape of pods is one PodTemplate, and what goes by its numbers", async () => {
    const wanted = inCluster();
    serviceOf(wanted, "server").resources = { cpu: "1500m", memory: 2 ** 30 };
    expect(changed(prod, await declare(wanted))).toEqual([
      "PodTemplate/server",
      "PrometheusRule/environment",
      "ResourceQuota/environment",
    ]);
  });
});

describe("without", () => {
  it("a database, an ingress, backups and alerts there is nothing of them", async () => {
    const { database: _database, edge: _edge, ...rest } = inCluster();
    const { ingress: _ingress, backups: _backups, pullSecret: _secret, ...cluster } = rest.kubernetes;
    const small = await declare({ ...rest, alerts: { emails: [] }, kubernetes: cluster });
    for (const kind of ["Cluster", "ScheduledBackup", "PodMonitor", "Ingress", "AlertmanagerConfig"])
      expect(small.names(kind), kind).toEqual([]);
    expect(small.told).toMatchObject({ edge: null });
    expect(JSON.stringify(small.manifests)).not.toMatch(/cnpg|imagePullSecrets/);
    expect(small.names("NetworkPolicy")).toEqual([
      "environment-deny",
      "environment-names",
      "service-app",
      "service-server",
    ]);
  });

  it("services there is still the namespace and its walls", async () => {
    const { database: _database, ...rest } = inCluster();
    const empty = await declare({ ...rest, services: {} });
    expect(empty.one("ResourceQuota", "environment").spec.hard).toMatchObject({
      pods: "0",
      "requests.cpu": "0",
    });
    expect(empty.told).toMatchObject({ services: [], edge: null });
  });

  it("a context or an image it refuses, saying what to write", async () => {
    const { context: _context, ...cluster } = inCluster().kubernetes;
    await expect(declare({ ...inCluster(), kubernetes: cluster })).rejects.toThrow("context: my-cluster");
    const { base: _base, ...imageless } = inCluster().kubernetes;
    await expect(declare({ ...inCluster(), kubernetes: imageless })).rejects.toThrow("base:");
  });
});
