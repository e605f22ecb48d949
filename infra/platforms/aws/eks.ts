// The environment's cluster, as a list of contents: there only where a service runs as pods, and then with all that pods need.
import type * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Workflows } from "./access.ts";
import { installCharts } from "./charts.ts";
import type { Context } from "./context.ts";
import { clusterAccess, clusterViewers } from "./eks-access.ts";
import { addOnsBeforeNodes, addOnsOnNodes } from "./eks-addons.ts";
import { controlPlane } from "./eks-cluster.ts";
import { clusterConfig } from "./eks-config.ts";
import type { ClusterOutputs } from "./eks-config.ts";
import { identities } from "./eks-identities.ts";
import type { PodsNetwork } from "./eks-network.ts";
import { nodeGroups } from "./eks-nodes.ts";
import { eksPods } from "./eks-pods.ts";
import type { PodTargets } from "./eks-pods.ts";
import { clusterNodeRole } from "./eks-roles.ts";
import { podTargets } from "./eks-targets.ts";
import { onPods } from "./runs.ts";
import { graceSeconds } from "../kubernetes/drain.ts";
import { namespaceOf } from "../../names.ts";
import { within } from "../kubernetes/context.ts";
import { podsPlatform } from "../kubernetes/pods.ts";

export interface EksNeed {
  network: PodsNetwork;
  vpc: aws.ec2.Vpc;
  key: aws.kms.Key;
  boundary: aws.iam.Policy;
  topic: aws.sns.Topic;
  workflows: Workflows | undefined;
  targetGroups: PodTargets;
  /** Rules of the balancer: a group that no rule sends to takes no targets. */
  ready: pulumi.Resource[];
}

/** Declares it and everything in it. */
export function eks(context: Context, needs: EksNeed): pulumi.Output<ClusterOutputs> {
  const { network, key, boundary, workflows } = needs;
  const cluster = controlPlane(context, network, key, boundary);
  const entered = clusterAccess(context, cluster, workflows);
  const first = addOnsBeforeNodes(context, cluster, boundary);
  const nodes = nodeGroups(context, { cluster, network, role: clusterNodeRole(context, boundary), first });
  const ready = [...nodes, ...addOnsOnNodes(context, cluster, boundary, nodes), ...entered];
  const told = outputsOf(context, cluster);
  const provider = providerOf(context, told);
  inside(context, needs, cluster, provider, ready);
  return told;
}

function inside(
  context: Context,
  needs: EksNeed,
  cluster: aws.eks.Cluster,
  provider: kubernetes.Provider,
  ready: pulumi.Resource[],
): void {
  const { boundary, key, topic, targetGroups } = needs;
  const services = onPods(context.description);
  const groups = services.flatMap(({ name }) => targetGroups.get(name) ?? []);
  const known = identities(context, { cluster, boundary, key, topic, targetGroups: groups });
  clusterViewers(context, { provider, dependsOn: ready }, needs.workflows);
  const { installed } = installCharts(
    context,
    { provider },
    {
      cluster: cluster.name,
      region: context.region,
      vpc: needs.vpc.id,
      topic: topic.arn,
      longestEnd: Math.max(...services.map(graceSeconds)),
    },
    [...ready, ...known],
  );
  const pods = eksPods(context, provider, [...installed, ...needs.ready]);
  const { namespace } = podsPlatform(pods);
  podTargets(context, within(pods, namespace), targetGroups);
}

function outputsOf({ description }: Context, cluster: aws.eks.Cluster): pulumi.Output<ClusterOutputs> {
  return pulumi.output({
    name: cluster.name,
    endpoint: cluster.endpoint,
    certificate: cluster.certificateAuthority.data,
    namespace: namespaceOf(description),
    services: onPods(description).map(({ name }) => name),
  });
}

function providerOf(context: Context, cluster: pulumi.Output<ClusterOutputs>): kubernetes.Provider {
  return new kubernetes.Provider("cluster", {
    kubeconfig: cluster.apply((known) => JSON.stringify(clusterConfig(known, context.region))),
    // Another endpoint or certificate is no other cluster: without this each would replace everything in it.
    clusterIdentifier: cluster.name,
    namespace: namespaceOf(context.description),
    enableServerSideApply: true,
  });
}
