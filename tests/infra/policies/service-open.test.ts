// Tests who reaches a service of a cluster: those inside, named networks, and everybody on web ports alone.
import { expect, it } from "vitest";
import { unknownValue } from "../../../infra/planned.ts";
import { kubernetesTypes as types } from "../../../infra/policies/kubernetes-kinds.ts";
import { serviceOpen } from "../../../infra/policies/service-open.ts";
import { object } from "./kubernetes-objects.ts";
import { found } from "./planned.ts";

const one = (spec: object): string[] => found(serviceOpen, [object(types.service, "server", { spec })]);
const balanced = (port: number, ranges?: unknown): string[] =>
  one({ type: "LoadBalancer", ports: [{ port }], loadBalancerSourceRanges: ranges });

it("refuses a port that everybody reaches", () => {
  expect(balanced(8080)).toEqual(["mandatory spec.loadBalancerSourceRanges"]);
  expect(balanced(5432, ["0.0.0.0/0"])).toEqual(["mandatory spec.loadBalancerSourceRanges"]);
  expect(balanced(5432, ["128.0.0.0/1"])).toEqual(["mandatory spec.loadBalancerSourceRanges"]);
  expect(one({ type: "NodePort" })).toEqual(["mandatory spec.type"]);
  expect(one({ type: "ClusterIP", externalIPs: ["192.0.2.1"] })).toEqual(["mandatory spec.externalIPs"]);
});

it("takes the inside, web ports, and named networks", () => {
  expect(one({ type: "ClusterIP", ports: [{ port: 8080 }] })).toEqual([]);
  expect(one({ ports: [{ port: 8080 }] })).toEqual([]);
  expect(balanced(443)).toEqual([]);
  expect(balanced(8080, ["192.0.2.0/24"])).toEqual([]);
});

it("tells what cannot be judged yet", () => {
  expect(one({ type: unknownValue })).toEqual(["advisory spec.type unknown"]);
  expect(balanced(8080, unknownValue)).toEqual(["advisory spec.loadBalancerSourceRanges unknown"]);
});
