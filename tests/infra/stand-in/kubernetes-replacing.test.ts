// Which changes replace an object, as the provider's own list has them.
import { expect, test } from "vitest";
import { replacingPaths } from "../../../infra/stand-in/kubernetes-replacing.ts";

const named = (more: object = {}, metadata: object = {}) => ({
  apiVersion: "v1",
  kind: "x",
  metadata: { name: "server", namespace: "prod", ...metadata },
  ...more,
});

test.each([
  ["a name", "core/v1:Service", named(), named({}, { name: "other" }), ["metadata.name"]],
  ["a namespace", "core/v1:Service", named(), named({}, { namespace: "dev" }), ["metadata.namespace"]],
  [
    "the content of a config map",
    "core/v1:ConfigMap",
    named({ data: { A: "1" } }),
    named({ data: { A: "2" } }),
    ["data"],
  ],
  [
    "a selector of a deployment",
    "apps/v1:Deployment",
    named({ spec: { selector: { a: 1 } } }),
    named({ spec: { selector: { a: 2 } } }),
    ["spec.selector"],
  ],
  [
    "an address",
    "core/v1:Service",
    named({ spec: { clusterIP: "None" } }),
    named({ spec: {} }),
    ["spec.clusterIP"],
  ],
  ["a chart's namespace", "helm.sh/v3:Release", { namespace: "a" }, { namespace: "b" }, ["namespace"]],
])("%s replaces", (_what, type, olds, news, paths) => {
  expect(replacingPaths(`kubernetes:${type}`, olds, news)).toEqual(paths);
});

test("labels, replicas and ports change in place", () => {
  const olds = named({ spec: { replicas: 50, ports: [80] } }, { labels: { a: "1" } });
  const news = named({ spec: { replicas: 60, ports: [81] } }, { labels: { a: "2" } });
  for (const type of ["argoproj.io/v1alpha1:Rollout", "core/v1:Service", "policy/v1:PodDisruptionBudget"])
    expect(replacingPaths(`kubernetes:${type}`, olds, news)).toEqual([]);
});
