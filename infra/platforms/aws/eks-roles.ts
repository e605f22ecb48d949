// Roles of the control plane and of its nodes: what AWS's own policies for them say, below the boundary, and no more.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Context } from "./context.ts";
import { limits } from "./names.ts";
import { policyJson, trustService } from "./policy.ts";

export interface RoleMade {
  role: aws.iam.Role;
  /** What it may do: must be there before it is used, and until the last of its users is gone. */
  rights: pulumi.Resource[];
}

/** Declares the role of the control plane: it also encrypts the cluster's secrets. */
export function clusterRole(context: Context, key: aws.kms.Key, boundary: aws.iam.Policy): RoleMade {
  const made = role(context, boundary, "cluster", "eks.amazonaws.com", ["AmazonEKSClusterPolicy"]);
  const encrypts = new aws.iam.RolePolicy(
    "cluster",
    {
      name: context.name("cluster", limits.role),
      role: made.role.name,
      policy: policyJson([
        {
          Effect: "Allow",
          Action: ["kms:Encrypt", "kms:Decrypt", "kms:ListGrants", "kms:DescribeKey"],
          Resource: key.arn,
        },
      ]),
    },
    context.options,
  );
  return { ...made, rights: [...made.rights, encrypts] };
}

/** Declares the role of all nodes: joining the cluster and pulling images. What pods may do is up to their own identities. */
export function clusterNodeRole(context: Context, boundary: aws.iam.Policy): RoleMade {
  return role(context, boundary, "cluster-node", "ec2.amazonaws.com", [
    "AmazonEKSWorkerNodePolicy",
    "AmazonEC2ContainerRegistryPullOnly",
  ]);
}

function role(
  context: Context,
  boundary: aws.iam.Policy,
  noun: string,
  service: string,
  policies: string[],
): RoleMade {
  const { options, partition } = context;
  const made = new aws.iam.Role(
    noun,
    {
      name: context.name(noun, limits.role),
      description: noun === "cluster" ? "Control plane of the cluster" : "Nodes of the cluster",
      assumeRolePolicy: trustService(service),
      permissionsBoundary: boundary.arn,
      tags: context.tags(noun),
    },
    options,
  );
  const rights = policies.map(
    (policy) =>
      new aws.iam.RolePolicyAttachment(
        `${noun}-${policy}`,
        { role: made.name, policyArn: `arn:${partition}:iam::aws:policy/${policy}` },
        options,
      ),
  );
  return { role: made, rights };
}
