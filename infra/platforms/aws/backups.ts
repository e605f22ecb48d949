// Daily backups of everything that holds data, a copy in another region, a lock, and restores that prove them.
import * as aws from "@pulumi/aws";
import { contextIn } from "./context.ts";
import type { Context } from "./context.ts";
import type { Database } from "./database.ts";
import { limits } from "./names.ts";
import type { Network } from "./network.ts";
import { trustService } from "./policy.ts";
import { restoreTest } from "./restore-test.ts";
import { encryptionKey } from "./secrets.ts";
import { tagKeys } from "./tags.ts";

// After this time not even AWS lifts a lock: days to notice that it was not meant.
const LOCK_GRACE_DAYS = 3;

/** Declares vault, plan and restore tests; returns the vault. */
export function backups(
  context: Context,
  network: Network,
  key: aws.kms.Key,
  boundary: aws.iam.Policy,
  database: Database | undefined,
): aws.backup.Vault {
  const { description, options } = context;
  const { retention, copyTo, restoreTest: how } = description.backup;
  const home = vault(context, "vault", key);
  const away =
    copyTo === undefined ? undefined : copyVault(contextIn(context, "aws-copies", copyTo), network);
  const lifecycle = { deleteAfter: retention };
  const plan = new aws.backup.Plan(
    "backups",
    {
      name: context.name("backups", 50),
      rules: [
        {
          ruleName: "daily",
          targetVaultName: home.name,
          // Away from the database's own windows: within an hour before one of them the job would fail.
          schedule: "cron(0 5 * * ? *)",
          startWindow: 60,
          completionWindow: 480,
          lifecycle,
          recoveryPointTags: context.tags("backups"),
          ...(away === undefined ? {} : { copyActions: [{ destinationVaultArn: away.arn, lifecycle }] }),
        },
      ],
      tags: context.tags("backups"),
    },
    options,
  );
  const role = backupRole(context, boundary);
  new aws.backup.Selection(
    "backups",
    {
      name: context.name("backups", 50),
      planId: plan.id,
      iamRoleArn: role.arn,
      // By tag: what holds data is taken because it says so, whenever it was made.
      selectionTags: [{ type: "STRINGEQUALS", key: tagKeys.backup, value: description.name }],
    },
    options,
  );
  if (database !== undefined && how !== "off") restoreTest(context, how, home, role, database);
  return home;
}

function copyVault(context: Context, network: Network): aws.backup.Vault {
  return vault(context, "vault-copies", encryptionKey(context, network, "key-copies"));
}

function vault(context: Context, name: string, key: aws.kms.Key): aws.backup.Vault {
  const { backup, protection } = context.description;
  const { lock, retention } = backup;
  const made = new aws.backup.Vault(
    name,
    {
      name: context.name("vault", 50),
      kmsKeyArn: key.arn,
      // AWS deletes no vault that holds backups: an environment that comes and goes could not go.
      forceDestroy: !protection && !lock,
      tags: context.tags(name),
    },
    context.stateful,
  );
  if (lock)
    new aws.backup.VaultLockConfiguration(
      name,
      { backupVaultName: made.name, minRetentionDays: retention, changeableForDays: LOCK_GRACE_DAYS },
      context.stateful,
    );
  return made;
}

function backupRole(context: Context, boundary: aws.iam.Policy): aws.iam.Role {
  const { options, partition } = context;
  const role = new aws.iam.Role(
    "backups",
    {
      name: context.name("backups", limits.role),
      description: "Makes backups and restores them aside",
      assumeRolePolicy: trustService("backup.amazonaws.com"),
      permissionsBoundary: boundary.arn,
      tags: context.tags("backups"),
    },
    options,
  );
  const managed = {
    backup: "service-role/AWSBackupServiceRolePolicyForBackup",
    restore: "service-role/AWSBackupServiceRolePolicyForRestores",
    "s3-backup": "AWSBackupServiceRolePolicyForS3Backup",
    "s3-restore": "AWSBackupServiceRolePolicyForS3Restore",
  };
  for (const [name, policy] of Object.entries(managed)) {
    new aws.iam.RolePolicyAttachment(
      `backups-${name}`,
      { role: role.name, policyArn: `arn:${partition}:iam::aws:policy/${policy}` },
      options,
    );
  }
  return role;
}
