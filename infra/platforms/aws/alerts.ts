// Whom alarms tell: one encrypted topic, its readers by email, and a Slack channel.
import * as aws from "@pulumi/aws";
import type { Context } from "./context.ts";
import { limits } from "./names.ts";
import type { Network } from "./network.ts";
import { policyJson, trustService } from "./policy.ts";

const publishers = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com", "backup.amazonaws.com"];

/** Declares the topic and everyone who is told. An email address has to agree once, by the mail that it is sent. */
export function alerts(
  context: Context,
  network: Network,
  key: aws.kms.Key,
  boundary: aws.iam.Policy,
): aws.sns.Topic {
  const { description, options } = context;
  const topic = new aws.sns.Topic(
    "alerts",
    { name: context.name("alerts"), kmsMasterKeyId: key.keyId, tags: context.tags("alerts") },
    options,
  );
  new aws.sns.TopicPolicy(
    "alerts",
    {
      arn: topic.arn,
      policy: policyJson([
        {
          Sid: "Publishers",
          Effect: "Allow",
          Principal: { Service: publishers },
          Action: ["sns:Publish"],
          Resource: topic.arn,
          Condition: { StringEquals: { "aws:SourceAccount": network.account } },
        },
      ]),
    },
    options,
  );
  for (const email of description.alerts.emails) {
    new aws.sns.TopicSubscription(
      `alerts-${email}`,
      { topic: topic.arn, protocol: "email", endpoint: email },
      options,
    );
  }
  if (description.alerts.chat !== undefined) chat(context, description.alerts.chat, topic, boundary);
  return topic;
}

function chat(
  context: Context,
  { workspace, channel }: { workspace: string; channel: string },
  topic: aws.sns.Topic,
  boundary: aws.iam.Policy,
): void {
  const { options, partition } = context;
  // The channel may look at metrics and at nothing else, whoever writes in it.
  const looking = `arn:${partition}:iam::aws:policy/CloudWatchReadOnlyAccess`;
  const role = new aws.iam.Role(
    "chat",
    {
      name: context.name("chat", limits.role),
      description: "Shows alarms in the chat",
      assumeRolePolicy: trustService("chatbot.amazonaws.com"),
      permissionsBoundary: boundary.arn,
      tags: context.tags("chat"),
    },
    options,
  );
  new aws.iam.RolePolicyAttachment("chat", { role: role.name, policyArn: looking }, options);
  new aws.chatbot.SlackChannelConfiguration(
    "chat",
    {
      // The chat service answers in a few regions only; what it configures counts everywhere.
      region: "us-east-2",
      configurationName: context.name("alerts"),
      slackTeamId: workspace,
      slackChannelId: channel,
      iamRoleArn: role.arn,
      guardrailPolicyArns: [looking],
      snsTopicArns: [topic.arn],
      loggingLevel: "ERROR",
      tags: context.tags("chat"),
    },
    options,
  );
}
