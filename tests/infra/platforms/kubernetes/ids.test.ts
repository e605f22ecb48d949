// Ids of objects: what a killed update made is found by them, so they are the provider's own.
import { expect, test } from "vitest";
import { idFromInputs, kindOf } from "../../../../infra/platforms/kubernetes/ids.ts";

const named = (name: unknown, namespace?: string) => ({ metadata: { name, namespace } });

test.each([
  ["core/v1:Service", named("server", "prod"), "prod/server"],
  ["argoproj.io/v1alpha1:Rollout", named("server", "prod"), "prod/server"],
  ["core/v1:ConfigMap", named("server"), "default/server"],
  ["core/v1:Namespace", named("prod"), "prod"],
  ["rbac.authorization.k8s.io/v1:ClusterRole", named("reader"), "reader"],
  ["helm.sh/v3:Release", { name: "keda", namespace: "keda" }, "keda/keda"],
  ["core/v1:Service", {}, undefined],
  ["core/v1:Service", named(""), undefined],
])("%s is found by its namespace and name", (type, inputs, id) => {
  expect(idFromInputs(`kubernetes:${type}`, inputs)).toBe(id);
});

test("the kind is the last part of a type", () => {
  expect(kindOf("kubernetes:networking.k8s.io/v1:NetworkPolicy")).toBe("NetworkPolicy");
});
