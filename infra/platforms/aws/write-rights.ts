// What a workflow may do that changes this environment: what the program declares, in its regions, and nothing to its own rights.
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "./context.ts";
import type { Statement } from "./policy.ts";
import { roleRights } from "./role-rights.ts";
import type { WriteScope } from "./role-rights.ts";
import { nodeUser } from "./ssh-config.ts";
import { tagKeys } from "./tags.ts";

const built = [
  "acm:*",
  "autoscaling:*",
  "backup-storage:*",
  "backup:*",
  "cloudwatch:*",
  "ec2:*",
  "eks:*",
  "elasticloadbalancing:*",
  "logs:*",
  "rds:*",
  "sns:*",
  "ssm:GetParameters",
];
const regionless = ["budgets:*", "chatbot:*"];
const keys = [
  "CreateAlias",
  "CreateGrant",
  "CreateKey",
  "DeleteAlias",
  "EnableKeyRotation",
  "PutKeyPolicy",
  "RetireGrant",
  "TagResource",
  "UntagResource",
  "UpdateAlias",
  "UpdateKeyDescription",
];
const secrets = [
  "CreateSecret",
  "DeleteSecret",
  "PutResourcePolicy",
  "RestoreSecret",
  "TagResource",
  "UntagResource",
  "UpdateSecret",
];
// Services that use a key in the name of the workflow: artifacts, passwords, vaults, notices.
const keyUsers = ["backup", "rds", "s3", "secretsmanager", "sns"];
const of = (service: string, actions: string[]): string[] => actions.map((action) => `${service}:${action}`);

/** Statements of the write role, besides reading. */
export function writeRights(context: Context, scope: WriteScope): Statement[] {
  const { description, partition, region } = context;
  const { copyTo } = description.backup;
  const regions = copyTo === undefined ? [region] : [region, copyTo];
  const inRegions = { StringEquals: { "aws:RequestedRegion": regions } };
  // Nobody deletes the key of a protected environment by a workflow: without it every backup is lost.
  const keyActions = description.protection ? keys : [...keys, "ScheduleKeyDeletion"];
  const bucket = `arn:${partition}:s3:::${context.name("*")}`;
  return [
    {
      Effect: "Allow",
      Action: built,
      Resource: "*",
      Condition: inRegions,
    },
    // These know no region of their own.
    { Effect: "Allow", Action: regionless, Resource: "*" },
    { Effect: "Allow", Action: of("kms", keyActions), Resource: "*", Condition: inRegions },
    {
      // Never by itself: only what these services do with it, such as keeping an artifact.
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: "*",
      Condition: {
        StringEquals: {
          "kms:ViaService": regions.flatMap((where) => keyUsers.map((by) => `${by}.${where}.amazonaws.com`)),
        },
      },
    },
    {
      Effect: "Allow",
      Action: of("secretsmanager", secrets),
      // Its own, and the database's password: to be made and deleted, never to be read.
      Resource: [`surefoot/${description.name}/*`, "rds!*"].map(
        (name) =>
          pulumi.interpolate`arn:${partition}:secretsmanager:${region}:${scope.account}:secret:${name}`,
      ),
    },
    { Effect: "Allow", Action: ["s3:*"], Resource: [bucket, `${bucket}/*`] },
    ...roleRights(context, scope),
    ...reachNodes(context, scope),
  ];
}

// Sessions to nodes for the release plane: through SSM, with a key that is valid for a minute.
function reachNodes({ description, partition, region }: Context, { account }: WriteScope): Statement[] {
  const instances = pulumi.interpolate`arn:${partition}:ec2:${region}:${account}:instance/*`;
  return [
    {
      Effect: "Allow",
      Action: ["ssm:StartSession"],
      Resource: instances,
      Condition: { StringEquals: { [`ssm:resourceTag/${tagKeys.environment}`]: description.name } },
    },
    {
      Effect: "Allow",
      Action: ["ssm:StartSession"],
      Resource: `arn:${partition}:ssm:*::document/AWS-StartSSHSession`,
    },
    {
      Effect: "Allow",
      Action: ["ec2-instance-connect:SendSSHPublicKey"],
      Resource: instances,
      Condition: {
        StringEquals: {
          "ec2:osuser": nodeUser,
          [`aws:ResourceTag/${tagKeys.environment}`]: description.name,
        },
      },
    },
    {
      Effect: "Allow",
      Action: ["ssm:TerminateSession", "ssm:ResumeSession", "ssmmessages:OpenDataChannel"],
      Resource: pulumi.interpolate`arn:${partition}:ssm:${region}:${account}:session/*`,
    },
  ];
}
