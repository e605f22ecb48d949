// Tests that a namespace refuses what is not named, in both directions.
import { expect, it } from "vitest";
import { kubernetesTypes as types } from "../../../infra/policies/kubernetes-kinds.ts";
import { networkOpen } from "../../../infra/policies/network-open.ts";
import { object } from "./kubernetes-objects.ts";
import { planned, violations } from "./planned.ts";

const space = planned(types.namespace, "namespace", { metadata: { name: "game" } });
const policy = (spec: object) => object(types.networkPolicy, "deny", { spec });
const open = (...policies: ReturnType<typeof policy>[]): (string | undefined)[] =>
  violations(networkOpen, [space, ...policies]).map(({ what }) => /comes in|goes out/.exec(what)?.[0]);

it("refuses a namespace that lets everybody talk", () => {
  expect(open()).toEqual(["comes in", "goes out"]);
  expect(open(policy({ podSelector: {} }))).toEqual(["goes out"]);
  expect(open(policy({ podSelector: {}, policyTypes: ["Egress"] }))).toEqual(["comes in"]);
});

it("does not take a policy for some pods, with a way through, or of another namespace for it", () => {
  const all = ["Ingress", "Egress"];
  expect(open(policy({ podSelector: { matchLabels: { a: "b" } }, policyTypes: all }))).toHaveLength(2);
  expect(open(policy({ podSelector: {}, policyTypes: all, ingress: [{}] }))).toEqual(["comes in"]);
  const elsewhere = planned(types.networkPolicy, "deny", {
    metadata: { name: "deny", namespace: "other" },
    spec: { podSelector: {}, policyTypes: all },
  });
  expect(open(elsewhere)).toHaveLength(2);
});

it("takes one policy for both, or one for each", () => {
  expect(open(policy({ podSelector: {}, policyTypes: ["Ingress", "Egress"] }))).toEqual([]);
  expect(open(policy({ podSelector: {} }), policy({ podSelector: {}, policyTypes: ["Egress"] }))).toEqual([]);
});
