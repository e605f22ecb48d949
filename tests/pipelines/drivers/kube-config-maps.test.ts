// Config and secrets of releases: one name for one content, and nothing pruned that anything names.
import { expect, it } from "vitest";
import {
  configMapOf,
  namesIn,
  ownSelector,
  pruneList,
  secretSnapshotOf,
} from "../../../pipelines/drivers/kube-config-maps.ts";
import type { KubeObject } from "../../../pipelines/drivers/kube-client.ts";

const labels = {
  "app.kubernetes.io/managed-by": "surefoot",
  "app.kubernetes.io/part-of": "prod",
  "app.kubernetes.io/name": "server",
};
const now = Date.parse("2026-11-22T12:00:00Z");
const object = (name: string, more: Partial<KubeObject["metadata"]> = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, labels, creationTimestamp: "2026-11-22T10:00:00Z", ...more },
});
const prune = (existing: KubeObject[], keep: string[] = []): string[] =>
  pruneList("server", "prod", existing, new Set(keep), now);

it("names a config by its hash, and nothing can change it", () => {
  const config = { IMAGE_HOST: "https://images.example.com" };
  expect(configMapOf("server", "prod", { configHash: "3fa9c1d23fa9", config })).toEqual({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "server-config-3fa9c1d23fa9", labels },
    immutable: true,
    data: config,
  });
  expect(() => configMapOf("server", "prod", { configHash: "../x", config })).toThrow("not 12 hex digits");
});

it("names secrets by what they are, whatever order and whatever else the live one has", () => {
  const live = { kind: "Secret", type: "kubernetes.io/tls", data: { B: "Mg==", A: "MQ==" } };
  const snapshot = secretSnapshotOf("server", "prod", live);
  expect(snapshot).toEqual({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: expect.stringMatching(/^server-secrets-[0-9a-f]{12}$/), labels },
    type: "Opaque",
    immutable: true,
    data: { A: "MQ==", B: "Mg==" },
  });
  const nameOf = (data?: Record<string, string>): string =>
    secretSnapshotOf("server", "prod", data === undefined ? {} : { data }).metadata.name;
  expect(nameOf({ A: "MQ==", B: "Mg==" })).toBe(snapshot.metadata.name);
  expect(new Set([nameOf({ A: "MQ==" }), nameOf({ A: "Mg==" }), nameOf({ AM: "Q==" }), nameOf()]).size).toBe(
    4,
  );
  expect(nameOf()).toBe(nameOf({}));
});

it("lets go of what is old and named by nothing", () => {
  const old = [object("server-config-000000000002"), object("server-secrets-000000000001")];
  expect(prune(old)).toEqual(["server-config-000000000002", "server-secrets-000000000001"]);
  expect(prune(old, ["server-config-000000000002"])).toEqual(["server-secrets-000000000001"]);
});

it("leaves what is young, of another service or environment, not ours, or of unknown age", () => {
  const name = "server-config-000000000001";
  const other = (key: string, value: string) => object(name, { labels: { ...labels, [key]: value } });
  expect(
    prune([
      object(name, { creationTimestamp: "2026-11-22T11:30:00Z" }),
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels } },
      other("app.kubernetes.io/part-of", "staging"),
      other("app.kubernetes.io/name", "server-config"),
      other("app.kubernetes.io/managed-by", "helm"),
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name, creationTimestamp: "2026-01-01T00:00:00Z" } },
      object("server-config-custom"),
      object("server-secrets-live"),
      object("server"),
      object("my-server-config-000000000001"),
    ]),
  ).toEqual([]);
});

it("finds a name wherever a pod may have it", () => {
  const spec = {
    containers: [
      { envFrom: [{ configMapRef: { name: "one" } }, { secretRef: { name: "two" } }], env: null },
      { env: [{ valueFrom: { secretKeyRef: { name: "three", optional: true } } }] },
    ],
    volumes: [
      { projected: { sources: [{ configMap: { name: "four" } }] } },
      { secret: { secretName: "five" } },
    ],
  };
  const names = namesIn([{ spec: { template: { spec } } }, 5, undefined]);
  expect([...names].toSorted()).toEqual(["five", "four", "one", "three", "two"]);
});

it("selects the objects of one service of one environment", () => {
  expect(ownSelector("server", "prod")).toBe(
    "app.kubernetes.io/managed-by=surefoot,app.kubernetes.io/part-of=prod,app.kubernetes.io/name=server",
  );
});
