// Add-ons that AWS keeps for a cluster: network with policies, names, disks, identities, load. Each at a pinned version.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Context } from "./context.ts";
import { podRole } from "./eks-identities.ts";
import type { RoleMade } from "./eks-roles.ts";
import { addOnVersions } from "./eks-versions.ts";
import type { AddOn } from "./eks-versions.ts";

// A node keeps two addresses ready, not a whole interface full of them: subnets are small in small networks.
const networkSettings = {
  enableNetworkPolicy: "true",
  env: { WARM_IP_TARGET: "2", MINIMUM_IP_TARGET: "4" },
};

interface Settings {
  role?: RoleMade;
  account?: string;
  values?: object;
}

/** Declares what nodes need before they are ready. */
export function addOnsBeforeNodes(
  context: Context,
  cluster: aws.eks.Cluster,
  boundary: aws.iam.Policy,
): aws.eks.Addon[] {
  const account = "aws-node";
  const network = podRole(
    context,
    "cluster-network",
    { namespace: "kube-system", serviceAccount: account },
    boundary,
    { managed: ["AmazonEKS_CNI_Policy"] },
  );
  return [
    addOn(context, cluster, "eks-pod-identity-agent", {}, []),
    addOn(context, cluster, "vpc-cni", { role: network, account, values: networkSettings }, []),
    addOn(context, cluster, "kube-proxy", {}, []),
  ];
}

/** Declares what runs on nodes. */
export function addOnsOnNodes(
  context: Context,
  cluster: aws.eks.Cluster,
  boundary: aws.iam.Policy,
  nodes: pulumi.Resource[],
): aws.eks.Addon[] {
  const account = "ebs-csi-controller-sa";
  const disks = podRole(
    context,
    "cluster-disks",
    { namespace: "kube-system", serviceAccount: account },
    boundary,
    { managed: ["service-role/AmazonEBSCSIDriverPolicy"] },
  );
  return [
    addOn(context, cluster, "coredns", {}, nodes),
    addOn(context, cluster, "aws-ebs-csi-driver", { role: disks, account }, nodes),
    addOn(context, cluster, "metrics-server", {}, nodes),
  ];
}

function addOn(
  context: Context,
  cluster: aws.eks.Cluster,
  name: AddOn,
  { role, account, values }: Settings,
  after: pulumi.Resource[],
): aws.eks.Addon {
  return new aws.eks.Addon(
    name,
    {
      clusterName: cluster.name,
      addonName: name,
      addonVersion: addOnVersions[name],
      ...(role && account
        ? { podIdentityAssociations: [{ roleArn: role.role.arn, serviceAccount: account }] }
        : {}),
      ...(values ? { configurationValues: JSON.stringify(values) } : {}),
      // What somebody changed in the cluster by hand goes: the program is what holds.
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
      tags: context.tags(name),
    },
    // Until it is gone it may still give back addresses and disks.
    { ...context.options, dependsOn: [...after, ...(role?.rights ?? [])] },
  );
}
