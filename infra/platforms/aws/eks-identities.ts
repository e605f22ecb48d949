// What the cluster's own helpers may ask of AWS: each by an identity of its one service account, none by the node it runs on.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { chartNamespaces } from "../kubernetes/charts.ts";
import type { Context } from "./context.ts";
import type { RoleMade } from "./eks-roles.ts";
import { limits } from "./names.ts";
import { policyJson } from "./policy.ts";
import type { Statement } from "./policy.ts";

export interface ServiceAccount {
  namespace: string;
  serviceAccount: string;
}

/** Accounts of the charts that have rights on AWS; charts and identities must agree about them. */
export const accounts = {
  balancer: { namespace: "kube-system", serviceAccount: "aws-load-balancer-controller" },
  autoscaler: { namespace: "kube-system", serviceAccount: "cluster-autoscaler" },
  alerts: { namespace: chartNamespaces.metrics, serviceAccount: "alertmanager" },
} satisfies Record<string, ServiceAccount>;

export interface IdentityMay {
  /** Policies that AWS keeps, by their names. */
  managed?: string[];
  statements?: Statement[];
}

/** Declares the role that pods of one service account take, whatever cluster of the account asks in its name; with its rights. */
export function podRole(
  context: Context,
  noun: string,
  { namespace, serviceAccount }: ServiceAccount,
  boundary: aws.iam.Policy,
  { managed = [], statements = [] }: IdentityMay,
): RoleMade {
  const { options, partition } = context;
  const name = context.name(noun, limits.role);
  const role = new aws.iam.Role(
    noun,
    {
      name,
      description: `Pods of ${namespace}/${serviceAccount}`,
      assumeRolePolicy: policyJson([
        {
          Effect: "Allow",
          Principal: { Service: "pods.eks.amazonaws.com" },
          Action: ["sts:AssumeRole", "sts:TagSession"],
          Condition: {
            StringEquals: {
              "aws:RequestTag/kubernetes-namespace": namespace,
              "aws:RequestTag/kubernetes-service-account": serviceAccount,
            },
          },
        },
      ]),
      permissionsBoundary: boundary.arn,
      tags: context.tags(noun),
    },
    options,
  );
  const rights: pulumi.Resource[] = managed.map(
    (policy) =>
      new aws.iam.RolePolicyAttachment(
        `${noun}-${policy.split("/").at(-1)}`,
        { role: role.name, policyArn: `arn:${partition}:iam::aws:policy/${policy}` },
        options,
      ),
  );
  if (statements.length > 0)
    rights.push(
      new aws.iam.RolePolicy(noun, { name, role: role.name, policy: policyJson(statements) }, options),
    );
  return { role, rights };
}

export interface IdentitiesNeed {
  cluster: aws.eks.Cluster;
  boundary: aws.iam.Policy;
  key: aws.kms.Key;
  topic: aws.sns.Topic;
  targetGroups: aws.lb.TargetGroup[];
}

/** Declares the identities of the charts; they must be there before the charts' first pod. */
export function identities(context: Context, needs: IdentitiesNeed): aws.eks.PodIdentityAssociation[] {
  const { cluster, boundary } = needs;
  const allowed = rightsOf(cluster, needs);
  return Object.entries(accounts).map(([key, account]) => {
    const noun = `cluster-${key}`;
    const statements = allowed[key as keyof typeof accounts];
    const { role, rights } = podRole(context, noun, account, boundary, { statements });
    return new aws.eks.PodIdentityAssociation(
      noun,
      { clusterName: cluster.name, ...account, roleArn: role.arn, tags: context.tags(noun) },
      // On the way down too: a binding is only gone once its controller has taken the pods off the balancer.
      { ...context.options, dependsOn: rights },
    );
  });
}

function rightsOf(
  cluster: aws.eks.Cluster,
  { key, topic, targetGroups }: IdentitiesNeed,
): Record<keyof typeof accounts, Statement[]> {
  return {
    balancer: [
      // It makes no balancer and no group: it only says which pods stand behind the ones that are there.
      {
        Effect: "Allow",
        Action: ["ec2:Describe*", "elasticloadbalancing:Describe*"],
        Resource: "*",
      },
      {
        Effect: "Allow",
        Action: ["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"],
        Resource: targetGroups.map(({ arn }) => arn),
      },
    ],
    autoscaler: [
      {
        Effect: "Allow",
        Action: ["autoscaling:Describe*", "ec2:Describe*", "eks:DescribeNodegroup"],
        Resource: "*",
      },
      {
        Effect: "Allow",
        Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
        Resource: "*",
        Condition: { StringEquals: { "aws:ResourceTag/eks:cluster-name": cluster.name } },
      },
    ],
    alerts: [
      { Effect: "Allow", Action: ["sns:Publish"], Resource: topic.arn },
      { Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: key.arn },
    ],
  };
}
