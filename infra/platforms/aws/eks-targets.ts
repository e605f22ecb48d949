// The way from the balancer to pods: which of them stand behind a target group, and that the balancer may call them.
import * as kubernetes from "@pulumi/kubernetes";
import { customObject } from "../kubernetes/custom-object.ts";
import { selectorOf } from "../kubernetes/labels.ts";
import { PORT } from "../kubernetes/port.ts";
import { zoneAddresses } from "./addresses.ts";
import type { Context } from "./context.ts";
import type { Context as PodsContext } from "../kubernetes/context.ts";
import type { PodTargets } from "./eks-pods.ts";

const bindingKind = { apiVersion: "elbv2.k8s.aws/v1beta1", kind: "TargetGroupBinding" };

/** Declares a binding a service. A pod counts as ready once the balancer finds it healthy: a wave waits for that. */
export function podTargets(context: Context, pods: PodsContext, groups: PodTargets): void {
  const { description, metadata, options } = pods;
  const { network, zones, name: environment } = context.description;
  const balancer = zoneAddresses(network.cidr, zones).map((zone) => ({ ipBlock: { cidr: zone.public } }));
  for (const { name } of Object.values(description.services)) {
    const group = groups.get(name);
    if (group === undefined) throw new Error(`nothing was declared for the service ${name}`);
    const binding = {
      serviceRef: { name, port: PORT },
      targetGroupARN: group.arn,
      targetType: "ip",
      ipAddressType: "ipv4",
    };
    customObject(pods, bindingKind, metadata(name, name), binding);
    new kubernetes.networking.v1.NetworkPolicy(
      `balancer-${name}`,
      {
        metadata: metadata(`balancer-${name}`, name),
        spec: {
          podSelector: { matchLabels: selectorOf(environment, name) },
          policyTypes: ["Ingress"],
          ingress: [{ from: balancer, ports: [{ protocol: "TCP", port: PORT }] }],
        },
      },
      options,
    );
  }
}
