// The control plane: encrypted, audited, its version pinned, reached by whoever AWS knows and an access entry names.
import * as aws from "@pulumi/aws";
import type { Context } from "./context.ts";
import type { PodsNetwork } from "./eks-network.ts";
import { clusterRole } from "./eks-roles.ts";
import { kubernetesVersion } from "./eks-versions.ts";
import { retentionDays } from "./logs.ts";

// EKS takes no longer name, and an identity's name begins with it.
const LONGEST_NAME = 63;

/** Declares it, with the group of its logs. */
export function controlPlane(
  context: Context,
  { subnets, group, ways }: PodsNetwork,
  key: aws.kms.Key,
  boundary: aws.iam.Policy,
): aws.eks.Cluster {
  const { description, options, stateful } = context;
  const name = clusterName(context);
  const { role, rights } = clusterRole(context, key, boundary);
  // EKS would make the group by itself, and keep in it forever what is said there.
  const logs = new aws.cloudwatch.LogGroup(
    "cluster",
    {
      name: `/aws/eks/${name}/cluster`,
      retentionInDays: retentionDays(description.logs.retention),
      tags: context.tags("cluster"),
    },
    options,
  );
  return new aws.eks.Cluster(
    "cluster",
    {
      name,
      version: kubernetesVersion,
      roleArn: role.arn,
      vpcConfig: {
        subnetIds: subnets.map(({ id }) => id),
        securityGroupIds: [group.id],
        // Nodes come by the private side. Runners of GitHub have no address that could be listed: for them, as for the rest of
        // AWS's own interface, being let in is a matter of who they are. Nobody is anyone there without an access entry.
        endpointPrivateAccess: true,
        endpointPublicAccess: true,
      },
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
      encryptionConfig: { provider: { keyArn: key.arn }, resources: ["secrets"] },
      enabledClusterLogTypes: ["api", "audit", "authenticator"],
      bootstrapSelfManagedAddons: false,
      // A version whose support ends is paid for rather than changed on a day that AWS chooses.
      upgradePolicy: { supportType: description.protection ? "EXTENDED" : "STANDARD" },
      deletionProtection: description.protection,
      tags: context.tags("cluster"),
    },
    { ...stateful, dependsOn: [...rights, ...ways, logs] },
  );
}

/** `surefoot-prod`. */
export function clusterName(context: Context): string {
  return context.name("", LONGEST_NAME);
}
