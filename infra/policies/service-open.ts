// Rule: a service is reached inside the cluster: the world comes by the ingress, or by named networks.
import { isWorld } from "./inbound.ts";
import { kubernetesTypes as types } from "./kubernetes-kinds.ts";
import { isObject, notYetKnown, objects, standing, texts, unjudgeable } from "./rule.ts";
import type { Finding, Inputs, Rule } from "./rule.ts";

const WEB = new Set([80, 443]);

function check(inputs: Inputs): Finding[] {
  const spec = inputs["spec"];
  if (unjudgeable(spec)) return [notYetKnown("spec")];
  if (!isObject(spec)) return [];
  const kind = spec["type"];
  if (unjudgeable(kind)) return [notYetKnown("spec.type")];
  const outside: Finding[] =
    spec["externalIPs"] === undefined
      ? []
      : [
          {
            property: "spec.externalIPs",
            what: "the service takes addresses of machines",
            mend: "leave externalIPs out",
          },
        ];
  if (kind === "NodePort")
    return [
      ...outside,
      {
        property: "spec.type",
        what: "a port of every machine is opened",
        mend: "use ClusterIP and an ingress",
      },
    ];
  return kind === "LoadBalancer" ? [...outside, ...balanced(spec)] : outside;
}

function balanced(spec: Inputs): Finding[] {
  const property = "spec.loadBalancerSourceRanges";
  const ranges = spec["loadBalancerSourceRanges"];
  if (unjudgeable(ranges)) return [notYetKnown(property)];
  const open = ranges === undefined || texts(ranges).length === 0 || texts(ranges).some(isWorld);
  const ports = objects(spec["ports"] ?? []).map(({ port }) => Number(port));
  if (!open || (ports.length > 0 && ports.every((port) => WEB.has(port)))) return [];
  return [
    {
      property,
      what: `${ports.length === 0 ? "its ports are" : `ports ${ports.join(", ")} are`} open to everybody`,
      mend: "name the networks that may come in; only 80 and 443 are for everybody",
    },
  ];
}

export const serviceOpen: Rule = {
  code: "service-open",
  what: "no service of a cluster is open to the internet but on web ports",
  check: standing({ [types.service]: check }),
};
