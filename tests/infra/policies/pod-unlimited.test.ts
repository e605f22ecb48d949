// Tests that each container has its share and the end of its memory.
import { expect, it } from "vitest";
import { kubernetesTypes as types } from "../../../infra/policies/kubernetes-kinds.ts";
import { podUnlimited } from "../../../infra/policies/pod-unlimited.ts";
import { container, object, pod } from "./kubernetes-objects.ts";
import { found } from "./planned.ts";

const one = (resources: unknown): string[] =>
  found(podUnlimited, [
    object(types.podTemplate, "server", { template: { spec: pod({}, [container({ resources })]) } }),
  ]).map((text) => text.replace("template.spec.containers[0].resources.", ""));

it("refuses a container without limit or share", () => {
  const all = ["mandatory limits.memory", "mandatory requests.cpu", "mandatory requests.memory"];
  expect(one(undefined)).toEqual(all);
  expect(one({ requests: { cpu: "1", memory: "1Gi" } })).toEqual(["mandatory limits.memory"]);
});

it("takes a limit of memory for the share of it, and asks for no limit of cores", () => {
  expect(one({ requests: { cpu: "1" }, limits: { memory: "1Gi" } })).toEqual([]);
});
