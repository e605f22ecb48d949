// What a workflow may do that only looks: the shape of things, never what is in them.
import type { Context } from "./context.ts";
import type { Statement } from "./policy.ts";

const shapes = [
  "acm:Describe*",
  "acm:List*",
  "autoscaling:Describe*",
  "backup:Describe*",
  "backup:Get*",
  "backup:List*",
  "budgets:ListTagsForResource",
  "budgets:ViewBudget",
  "chatbot:Describe*",
  "chatbot:ListTagsForResource",
  "cloudwatch:Describe*",
  "cloudwatch:GetDashboard",
  "cloudwatch:GetMetricData",
  "cloudwatch:ListTagsForResource",
  "ec2:Describe*",
  "eks:Describe*",
  "eks:List*",
  "elasticloadbalancing:Describe*",
  "iam:Get*",
  "iam:List*",
  "kms:Describe*",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:List*",
  "logs:Describe*",
  "logs:ListTags*",
  "rds:Describe*",
  "rds:ListTagsForResource",
  "s3:GetAccelerateConfiguration",
  "s3:GetBucket*",
  "s3:GetEncryptionConfiguration",
  "s3:GetLifecycleConfiguration",
  "s3:GetReplicationConfiguration",
  "s3:ListAllMyBuckets",
  "s3:ListTagsForResource",
  "secretsmanager:DescribeSecret",
  "secretsmanager:GetResourcePolicy",
  "servicequotas:Get*",
  "servicequotas:List*",
  "sns:Get*",
  "sns:List*",
  "sts:GetCallerIdentity",
];

/** Statements for reading the environment, and what the team shares; `change` also for writing the latter. */
export function readRights(context: Context, change: boolean): Statement[] {
  const { state } = context.description;
  const own = `arn:${context.partition}:s3:::${context.name("*")}`;
  const look: Statement[] = [
    { Effect: "Allow", Action: shapes, Resource: "*" },
    // A preview reads again what there is: that a bucket is there, and the node's script, which is the only object it declares.
    { Effect: "Allow", Action: ["s3:ListBucket"], Resource: own },
    { Effect: "Allow", Action: ["s3:GetObject", "s3:GetObjectTagging"], Resource: `${own}/node/*` },
  ];
  if (state === undefined) return look;
  const bucket = `arn:${context.partition}:s3:::${state.bucket}`;
  const key = state.key.startsWith("arn:")
    ? { Resource: state.key }
    : { Resource: "*", Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": state.key } } };
  return [
    ...look,
    { Effect: "Allow", Action: ["s3:ListBucket"], Resource: bucket },
    {
      Effect: "Allow",
      Action: change ? ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"] : ["s3:GetObject"],
      Resource: `${bucket}/*`,
    },
    {
      Effect: "Allow",
      Action: change ? ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"] : ["kms:Decrypt"],
      ...key,
    },
  ];
}
