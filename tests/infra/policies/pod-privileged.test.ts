// Tests that no pod has rights on its machine, whatever makes it.
import { expect, it } from "vitest";
import { unknownValue } from "../../../infra/planned.ts";
import { kubernetesTypes as types } from "../../../infra/policies/kubernetes-kinds.ts";
import { podPrivileged } from "../../../infra/policies/pod-privileged.ts";
import { container, object, pod } from "./kubernetes-objects.ts";
import { found } from "./planned.ts";

const template = (spec: unknown): string[] =>
  found(podPrivileged, [object(types.podTemplate, "server", { template: { spec } })]);
const one = (securityContext: object, shared: object = { runAsNonRoot: true }): string[] =>
  template(pod({ securityContext: shared }, [container({ securityContext })]));
const at = "template.spec.containers[0].securityContext";

it("refuses what shares the machine", () => {
  expect(template(pod({ hostNetwork: true, hostPID: true, hostIPC: true }))).toEqual([
    "mandatory template.spec.hostNetwork",
    "mandatory template.spec.hostPID",
    "mandatory template.spec.hostIPC",
  ]);
  const volumes = [
    { name: "a", emptyDir: {} },
    { name: "b", hostPath: { path: "/" } },
  ];
  expect(template(pod({ volumes }))).toEqual(["mandatory template.spec.volumes[1].hostPath"]);
});

it("refuses root, more rights, and whatever lets a process gain them", () => {
  const safe = { allowPrivilegeEscalation: false };
  expect(one({ ...safe, privileged: true })).toEqual([`mandatory ${at}.privileged`]);
  expect(one({})).toEqual([`mandatory ${at}.allowPrivilegeEscalation`]);
  expect(one(safe, {})).toEqual([`mandatory ${at}.runAsNonRoot`]);
  expect(one({ ...safe, runAsNonRoot: false })).toEqual([`mandatory ${at}.runAsNonRoot`]);
  expect(one({ ...safe, runAsUser: 0 })).toEqual([`mandatory ${at}.runAsUser`]);
  expect(one({ ...safe, capabilities: { add: ["NET_BIND_SERVICE", "SYS_ADMIN"] } })).toEqual([
    `mandatory ${at}.capabilities.add`,
  ]);
  expect(one({ ...safe, runAsNonRoot: true }, {})).toEqual([]);
});

it("looks into every kind that makes pods, and at containers that start first", () => {
  const bad = { containers: [container()], initContainers: [container({ securityContext: {} })] };
  const spec = { template: { spec: pod({ ...bad }) } };
  for (const type of [types.rollout, types.deployment, types.statefulSet, types.daemonSet, types.job])
    expect(found(podPrivileged, [object(type, "it", { spec })])).toEqual([
      "mandatory spec.template.spec.initContainers[0].securityContext.allowPrivilegeEscalation",
    ]);
  const cron = { spec: { jobTemplate: { spec } } };
  expect(found(podPrivileged, [object(types.cronJob, "it", cron)])).toHaveLength(1);
});

it("takes a pod without rights, and a Rollout that no release is in yet", () => {
  expect(template(pod())).toEqual([]);
  expect(found(podPrivileged, [object(types.rollout, "server", { spec: { replicas: 3 } })])).toEqual([]);
});

it("tells what cannot be judged yet", () => {
  expect(template(unknownValue)).toEqual(["advisory template.spec unknown"]);
  expect(template(pod({ volumes: unknownValue }))).toEqual(["advisory template.spec.volumes unknown"]);
  expect(template({ containers: unknownValue })).toEqual(["advisory template.spec.containers unknown"]);
});
