// Services as pods of the cluster on AWS: the same objects as on any cluster, on nodes of their own, behind the one balancer.
import type * as aws from "@pulumi/aws";
import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Description, Service } from "../../../environments/shape.ts";
import { podsContext } from "../kubernetes/context.ts";
import type { Context as PodsContext, Outside } from "../kubernetes/context.ts";
import { zoneAddresses } from "./addresses.ts";
import type { Context } from "./context.ts";
import { serviceLabel } from "./eks-nodes.ts";
import { databasePort } from "./firewall.ts";
import { podsDescription } from "./runs.ts";

/** What pods may call beyond their namespace: the database of the environment, in each zone. */
export function outsideOf({ database, network, zones }: Description): Outside[] {
  if (database === undefined) return [];
  const port = databasePort(database.engine);
  return zoneAddresses(network.cidr, zones).map((zone) => ({ cidr: zone.database, port }));
}

/** The context of the cluster's objects. All of them come after `dependsOn`: charts bring the kinds that they are of. */
export function eksPods(
  { description }: Context,
  provider: kubernetes.Provider,
  dependsOn: pulumi.Resource[],
): PodsContext {
  const context = podsContext(podsDescription(description), provider, {
    outside: outsideOf(description),
    placement: onItsNodes,
    namespaceLabels: { "elbv2.k8s.aws/pod-readiness-gate-inject": "enabled" },
  });
  return {
    ...context,
    options: { ...context.options, dependsOn },
    stateful: { ...context.stateful, dependsOn },
  };
}

const onItsNodes = ({ name }: Service): object => ({
  nodeSelector: { [serviceLabel]: name },
  tolerations: [{ key: serviceLabel, operator: "Equal", value: name, effect: "NoSchedule" }],
});

/** Groups of the balancer that pods stand behind, by service. */
export type PodTargets = Map<string, aws.lb.TargetGroup>;
