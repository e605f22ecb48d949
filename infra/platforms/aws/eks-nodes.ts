// The cluster's machines: a managed group for each service that runs as pods, and one for everything that is there for all.
import * as aws from "@pulumi/aws";
import type { Service } from "../../../environments/shape.ts";
import type { Context } from "./context.ts";
import type { PodsNetwork } from "./eks-network.ts";
import type { RoleMade } from "./eks-roles.ts";
import type { NodeSize } from "./eks-sizes.ts";
import { nodeSizes } from "./eks-sizes.ts";
import { kubernetesVersion } from "./eks-versions.ts";
import { architectureOf } from "./image.ts";
import { tagKeys } from "./tags.ts";

/** Label and taint of the nodes of a service; its pods ask for them. */
export const serviceLabel = "surefoot.dev/service";

// AWS adds 26 characters to it, and takes 63.
const LONGEST_PREFIX = 37;

export interface NodesNeed {
  cluster: aws.eks.Cluster;
  network: PodsNetwork;
  role: RoleMade;
  /** Add-ons without which no node is ready. */
  first: aws.eks.Addon[];
}

/** Declares all groups; that for everything else comes first. */
export function nodeGroups(context: Context, needs: NodesNeed): aws.eks.NodeGroup[] {
  return nodeSizes(context.description).map((size) => nodeGroup(context, size, needs));
}

function nodeGroup(context: Context, size: NodeSize, needs: NodesNeed): aws.eks.NodeGroup {
  const { cluster, network, role, first } = needs;
  const { noun, machine, min, max, service } = size;
  const template = machines(context, size, network);
  return new aws.eks.NodeGroup(
    noun,
    {
      clusterName: cluster.name,
      // A name of its own each time: one that must be replaced has its successor's nodes before its own go.
      nodeGroupNamePrefix: `${context.name(noun, LONGEST_PREFIX - 1)}-`,
      nodeRoleArn: role.role.arn,
      subnetIds: network.subnets.map(({ id }) => id),
      version: kubernetesVersion,
      amiType: architectureOf(machine) === "arm64" ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD",
      capacityType: "ON_DEMAND",
      launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
      scalingConfig: { minSize: min, maxSize: max, desiredSize: min },
      // Emptied a few at a time, and never against a disruption budget.
      updateConfig: service ? { maxUnavailablePercentage: outAtOnce(service) } : { maxUnavailable: 1 },
      nodeRepairConfig: { enabled: true },
      labels: service ? { [serviceLabel]: service.name } : {},
      taints: service ? [{ key: serviceLabel, value: service.name, effect: "NO_SCHEDULE" }] : [],
      tags: context.tags(noun),
    },
    {
      ...context.options,
      dependsOn: [...role.rights, ...network.ways, ...first],
      // The autoscaler's.
      ignoreChanges: ["scalingConfig.desiredSize"],
    },
  );
}

// EKS takes whole percents from 1 to 100.
function outAtOnce({ rollout }: Service): number {
  return Math.max(1, Math.floor((1 - rollout.minHealthy) * 100));
}

function machines(
  context: Context,
  { noun, service, machine }: NodeSize,
  { group }: PodsNetwork,
): aws.ec2.LaunchTemplate {
  // Every version of the template replaces the machines: who owns them is a tag of the group instead, which does not.
  const { [tagKeys.owner]: _owner, ...tags } = context.tags(noun, {
    ...(service ? { [tagKeys.service]: service.name } : {}),
    Name: context.name(noun),
  });
  return new aws.ec2.LaunchTemplate(
    noun,
    {
      name: context.name(noun, 128),
      // Here and not in the group: there another type would be another group, here it is an update that drains.
      instanceType: machine,
      vpcSecurityGroupIds: [group.id],
      // One hop: a pod reaches no metadata, and so never the node's role.
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: { volumeType: "gp3", volumeSize: 50, encrypted: "true", deleteOnTermination: "true" },
        },
      ],
      tagSpecifications: ["instance", "volume"].map((resourceType) => ({ resourceType, tags })),
      tags: context.tags(noun),
    },
    context.options,
  );
}
