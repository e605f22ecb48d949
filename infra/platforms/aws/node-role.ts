// What a node may do: be reached by SSM, read its release and its own secret, write its logs, and answer its group's hooks.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Service } from "../../../environments/shape.ts";
import type { Context } from "./context.ts";
import { limits } from "./names.ts";
import { policyJson, trustService } from "./policy.ts";
import type { Statement } from "./policy.ts";

export interface NodeMay {
  bucket: aws.s3.Bucket;
  key: aws.kms.Key;
  secret: aws.secretsmanager.Secret;
  logs: aws.cloudwatch.LogGroup;
  boundary: aws.iam.Policy;
  account: pulumi.Input<string>;
}

/** Declares the role of a service's nodes and returns its instance profile. */
export function nodeProfile(context: Context, service: Service, may: NodeMay): aws.iam.InstanceProfile {
  const { options, partition } = context;
  const noun = `${service.name}-node`;
  const name = context.name(noun, limits.role);
  const role = new aws.iam.Role(
    noun,
    {
      name,
      description: `Nodes of ${service.name}`,
      assumeRolePolicy: trustService("ec2.amazonaws.com"),
      permissionsBoundary: may.boundary.arn,
      tags: context.tags(noun),
    },
    options,
  );
  new aws.iam.RolePolicyAttachment(
    `${noun}-ssm`,
    { role: role.name, policyArn: `arn:${partition}:iam::aws:policy/AmazonSSMManagedInstanceCore` },
    options,
  );
  new aws.iam.RolePolicy(
    noun,
    { name, role: role.name, policy: policyJson(rights(context, service, may)) },
    options,
  );
  return new aws.iam.InstanceProfile(noun, { name, role: role.name, tags: context.tags(noun) }, options);
}

function rights(context: Context, service: Service, may: NodeMay): Statement[] {
  const { bucket, key, secret, logs, account } = may;
  const group = context.name(service.name, limits.group);
  const pin = `pins/${service.name}.json`;
  const files = ["artifacts/sha256/*", "node/*", pin].map(
    (path) => pulumi.interpolate`${bucket.arn}/${path}`,
  );
  return [
    { Effect: "Allow", Action: ["s3:GetObject"], Resource: files },
    {
      // Without it S3 answers "denied" where there is no pin yet. Not for the pin's prefix alone: a GET carries no prefix.
      Effect: "Allow",
      Action: ["s3:ListBucket"],
      Resource: bucket.arn,
    },
    { Effect: "Allow", Action: ["kms:Decrypt"], Resource: key.arn },
    { Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: secret.arn },
    {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
      Resource: [logs.arn, pulumi.interpolate`${logs.arn}:*`],
    },
    {
      Effect: "Allow",
      Action: ["cloudwatch:PutMetricData"],
      Resource: "*",
      Condition: { StringEquals: { "cloudwatch:namespace": "Surefoot" } },
    },
    {
      Effect: "Allow",
      Action: ["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat"],
      Resource: pulumi.interpolate`arn:${context.partition}:autoscaling:${context.region}:${account}:autoScalingGroup:*:autoScalingGroupName/${group}`,
    },
  ];
}
