// Rule: sizes stay within the quota: nodes of a fleet, families and sizes of machines, space.
import { isObject, notYetKnown, standing, unjudgeable } from "./rule.ts";
import type { Finding, Inputs, Rule } from "./rule.ts";
import type { PolicyContext } from "./context.ts";
import { kubernetesTypes as kubernetes } from "./kubernetes-kinds.ts";
import { sizeRank } from "./quota.ts";

const mend = "make it smaller, or raise the quota on purpose";

function number(inputs: Inputs, property: string, most: number, unit: string): Finding[] {
  const value = inputs[property];
  if (value === undefined || value === null) return [];
  if (unjudgeable(value)) return [notYetKnown(property)];
  if (Number(value) <= most) return [];
  return [{ property, what: `${String(value)} ${unit}, the quota is ${most}`, mend }];
}

function machine(inputs: Inputs, property: string, { quota }: PolicyContext): Finding[] {
  const value = inputs[property];
  if (value === undefined || value === null) return [];
  if (unjudgeable(value)) return [notYetKnown(property)];
  const [family = "", size = ""] = String(value).replace(/^db\./, "").split(".");
  if (!quota.families.includes(family))
    return [{ property, what: `machines of the family ${family} are not in the quota`, mend }];
  if (sizeRank(size) <= sizeRank(quota.largest)) return [];
  return [{ property, what: `${String(value)} is larger than ${quota.largest}`, mend }];
}

/** A number of pods in the spec of an object. */
const pods =
  (property: string) =>
  (inputs: Inputs, _resource: unknown, { quota }: PolicyContext): Finding[] => {
    if (unjudgeable(inputs["spec"])) return [notYetKnown("spec")];
    const spec = isObject(inputs["spec"]) ? inputs["spec"] : {};
    return number(spec, property, quota.fleetNodes, "pods").map((finding) => ({
      ...finding,
      property: `spec.${property}`,
    }));
  };

export const sizes: Rule = {
  code: "size-over-quota",
  what: "sizes stay within the quota",
  check: standing({
    "aws:autoscaling/group:Group": (inputs, _resource, { quota }) => [
      ...number(inputs, "maxSize", quota.fleetNodes, "nodes"),
      ...number(inputs, "desiredCapacity", quota.fleetNodes, "nodes"),
    ],
    "aws:autoscaling/schedule:Schedule": (inputs, _resource, { quota }) =>
      number(inputs, "minSize", quota.fleetNodes, "nodes"),
    "aws:ec2/launchTemplate:LaunchTemplate": (inputs, _resource, context) =>
      machine(inputs, "instanceType", context),
    "aws:ec2/instance:Instance": (inputs, _resource, context) => machine(inputs, "instanceType", context),
    "aws:rds/instance:Instance": (inputs, _resource, context) => [
      ...machine(inputs, "instanceClass", context),
      ...number(inputs, "allocatedStorage", context.quota.storageGiB, "GiB"),
      ...number(inputs, "maxAllocatedStorage", context.quota.storageGiB, "GiB"),
    ],
    [kubernetes.autoscaler]: pods("maxReplicas"),
    [kubernetes.deployment]: pods("replicas"),
    [kubernetes.rollout]: pods("replicas"),
    [kubernetes.scaledObject]: pods("maxReplicaCount"),
    "aws:ebs/volume:Volume": (inputs, _resource, { quota }) =>
      number(inputs, "size", quota.storageGiB, "GiB"),
  }),
};
