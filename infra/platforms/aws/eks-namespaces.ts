// Namespaces of what is there for all: who may talk to it, and what it may call.
import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Description } from "../../../environments/shape.ts";
import { labelsOf } from "../kubernetes/labels.ts";
import { zoneAddresses } from "./addresses.ts";

/** Standard levels of pod security. */
export type Level = "privileged" | "restricted";

type Rules = Pick<kubernetes.types.input.networking.v1.NetworkPolicySpec, "ingress" | "egress">;

/** Declares one. It may hold data, such as a month of measurements: it is protected like a database. */
export function chartNamespace(
  description: Description,
  name: string,
  level: Level,
  options: pulumi.CustomResourceOptions,
): kubernetes.core.v1.Namespace {
  const labels = { ...labelsOf(description.name), "pod-security.kubernetes.io/enforce": level };
  const made = new kubernetes.core.v1.Namespace(
    name,
    { metadata: { name, labels } },
    { ...options, protect: description.protection },
  );
  // Nodes, pods and the control plane, which calls webhooks, all have an address here; nothing else has.
  const cluster = zoneAddresses(description.network.cidr, description.zones).map((zone) => ({
    ipBlock: { cidr: zone.pods },
  }));
  const within = { ...options, dependsOn: [made] };
  const policy = (noun: string, rules: Rules): void => {
    const metadata = { name: noun, namespace: name, labels: labelsOf(description.name) };
    const spec = { podSelector: {}, policyTypes: ["Ingress", "Egress"], ...rules };
    new kubernetes.networking.v1.NetworkPolicy(`${name}-${noun}`, { metadata, spec }, within);
  };
  policy("deny", {});
  policy("cluster", {
    ingress: [{ from: [{ namespaceSelector: {} }, ...cluster] }],
    egress: [
      { to: [{ namespaceSelector: {} }, ...cluster] },
      // Services of AWS.
      { to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ protocol: "TCP", port: 443 }] },
    ],
  });
  return made;
}
