// The environment's key, and an empty secret for each service: people put the value in, no program ever knows it.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "./context.ts";
import { secretName } from "./names.ts";
import type { Network } from "./network.ts";
import { policyJson } from "./policy.ts";
import { onMachines } from "./runs.ts";

// Budgets write to the encrypted topic, and say for which account: they need the key for it.
const publishers = ["budgets.amazonaws.com", "backup.amazonaws.com"];

/** Declares the key that encrypts everything of the environment; it is renewed every year by itself. */
export function encryptionKey(
  context: Context,
  { account }: Pick<Network, "account">,
  name = "key",
): aws.kms.Key {
  const key = new aws.kms.Key(
    name,
    {
      description: `Encrypts ${context.name("")}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: policyJson([
        {
          Sid: "Account",
          Effect: "Allow",
          Principal: { AWS: pulumi.interpolate`arn:${context.partition}:iam::${account}:root` },
          Action: ["kms:*"],
          Resource: "*",
        },
        {
          // AWS documents no account in what alarms ask of a key; the topic itself takes only those of this account.
          Sid: "Alarms",
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
          Resource: "*",
        },
        {
          Sid: "Publishers",
          Effect: "Allow",
          Principal: { Service: publishers },
          Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
          Resource: "*",
          Condition: { StringEquals: { "aws:SourceAccount": account } },
        },
      ]),
      tags: context.tags(name),
    },
    context.stateful,
  );
  new aws.kms.Alias(name, { name: `alias/${context.name("")}`, targetKeyId: key.keyId }, context.options);
  return key;
}

/** Declares one secret a service on machines; pods have theirs in the cluster. Its value is set by people; here it has none. */
export function serviceSecrets(context: Context, key: aws.kms.Key): Map<string, aws.secretsmanager.Secret> {
  const { description } = context;
  return new Map(
    onMachines(description).map(({ name: service }) => [
      service,
      new aws.secretsmanager.Secret(
        service,
        {
          name: secretName(description.name, service),
          description: `What ${service} must be given and nobody may read`,
          kmsKeyId: key.arn,
          // A name that waits for its deletion cannot be used again: that would stop an environment that comes and goes.
          recoveryWindowInDays: description.protection ? 30 : 0,
          tags: context.tags(service),
        },
        context.stateful,
      ),
    ]),
  );
}
