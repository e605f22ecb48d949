// Rule: in a namespace nobody talks to anybody who is not named: one policy that refuses all, others that allow.
import type { PlannedResource } from "../planned.ts";
import type { PolicyContext } from "./context.ts";
import { kubernetesTypes as types } from "./kubernetes-kinds.ts";
import { isObject, standing, texts } from "./rule.ts";
import type { Inputs, Rule } from "./rule.ts";

const metadataOf = (inputs: Inputs | null): Inputs =>
  inputs !== null && isObject(inputs["metadata"]) ? inputs["metadata"] : {};

const isEmpty = (value: unknown): boolean =>
  isObject(value) ? Object.values(value).every((one) => one === undefined || isEmpty(one)) : false;

/** The directions that a policy refuses for every pod of its namespace. */
function refused({ new: inputs }: PlannedResource): string[] {
  const spec = inputs?.["spec"];
  if (!isObject(spec) || !isEmpty(spec["podSelector"])) return [];
  const all = { Ingress: spec["ingress"], Egress: spec["egress"] };
  return texts(spec["policyTypes"] ?? ["Ingress"]).filter((direction) => {
    const rules = all[direction as keyof typeof all];
    return rules === undefined || (Array.isArray(rules) && rules.length === 0);
  });
}

function openIn(namespace: unknown, { ofType }: PolicyContext): string[] {
  const policies = ofType(types.networkPolicy).filter(
    (policy) => metadataOf(policy.new)["namespace"] === namespace,
  );
  const closed = new Set(policies.flatMap(refused));
  return ["Ingress", "Egress"].filter((direction) => !closed.has(direction));
}

export const networkOpen: Rule = {
  code: "network-open",
  what: "a namespace refuses every connection that is not named",
  check: standing({
    [types.namespace]: (inputs, _resource, context) =>
      openIn(metadataOf(inputs)["name"], context).map((direction) => ({
        property: "metadata.name",
        what: `no policy refuses ${direction === "Ingress" ? "what comes in to" : "what goes out of"} its pods`,
        mend: `add a NetworkPolicy with an empty podSelector and policyTypes [${direction}]`,
      })),
  }),
};
