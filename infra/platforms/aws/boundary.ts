// The most that any role made by this program can ever do, whatever policy it is given: no role can hand itself more.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "./context.ts";
import { limits } from "./names.ts";
import type { Network } from "./network.ts";
import { policyJson } from "./policy.ts";
import { onPods } from "./runs.ts";

// What nodes, backups and the chat do. Nothing of IAM, of other accounts, or of the network is in it.
const services = [
  "ssm:Describe*",
  "ssm:Get*",
  "ssm:List*",
  "ssm:PutComplianceItems",
  "ssm:PutConfigurePackageResult",
  "ssm:PutInventory",
  "ssm:Update*",
  "ssmmessages:*",
  "ec2messages:*",
  "logs:*",
  "cloudwatch:*",
  "autoscaling:CompleteLifecycleAction",
  "autoscaling:RecordLifecycleActionHeartbeat",
  "backup:*",
  "backup-storage:*",
  "events:*",
  "rds:*",
  "s3:ListAllMyBuckets",
  "tag:GetResources",
  "ec2:Describe*",
];

// What the cluster and its helpers do besides: only where there is one, so that the workflow that writes can make none by itself.
const clusterServices = [
  "autoscaling:Describe*",
  "autoscaling:SetDesiredCapacity",
  "autoscaling:TerminateInstanceInAutoScalingGroup",
  "ec2:AssignPrivateIpAddresses",
  "ec2:AttachNetworkInterface",
  "ec2:AttachVolume",
  "ec2:CreateNetworkInterface",
  "ec2:CreateSnapshot",
  "ec2:CreateTags",
  "ec2:CreateVolume",
  "ec2:DeleteNetworkInterface",
  "ec2:DeleteSnapshot",
  "ec2:DeleteTags",
  "ec2:DeleteVolume",
  "ec2:DetachNetworkInterface",
  "ec2:DetachVolume",
  "ec2:ModifyNetworkInterfaceAttribute",
  "ec2:ModifyVolume",
  "ec2:UnassignPrivateIpAddresses",
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchGetImage",
  "ecr:GetAuthorizationToken",
  "ecr:GetDownloadUrlForLayer",
  "eks-auth:AssumeRoleForPodIdentity",
  "eks:DescribeCluster",
  "eks:DescribeNodegroup",
  "elasticloadbalancing:DeregisterTargets",
  "elasticloadbalancing:Describe*",
  "elasticloadbalancing:RegisterTargets",
  "kms:ListGrants",
  "sns:Publish",
];

/** Declares the permission boundary. The write role cannot change it: the account's owner can. */
export function boundary(context: Context, { account }: Network): aws.iam.Policy {
  const { partition, description } = context;
  const own = `arn:${partition}:s3:::${context.name("*")}`;
  return new aws.iam.Policy(
    "boundary",
    {
      name: context.name("boundary", limits.role),
      description: `The most that roles of ${description.name} can do`,
      policy: policyJson([
        {
          Effect: "Allow",
          Action: onPods(description).length === 0 ? services : [...services, ...clusterServices],
          Resource: "*",
        },
        { Effect: "Allow", Action: ["s3:*"], Resource: own },
        {
          Effect: "Allow",
          Action: [
            "kms:Decrypt",
            "kms:Encrypt",
            "kms:GenerateDataKey*",
            "kms:ReEncrypt*",
            "kms:DescribeKey",
            "kms:CreateGrant",
          ],
          Resource: pulumi.interpolate`arn:${partition}:kms:*:${account}:key/*`,
        },
        {
          Effect: "Allow",
          Action: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
          Resource: pulumi.interpolate`arn:${partition}:secretsmanager:*:${account}:secret:surefoot/${description.name}/*`,
        },
      ]),
      tags: context.tags("boundary"),
    },
    context.options,
  );
}
