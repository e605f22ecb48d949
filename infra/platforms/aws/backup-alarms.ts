// When somebody is woken for the backups: a backup, a copy or a restore that failed.
import type * as aws from "@pulumi/aws";
import { alarm } from "./alarms.ts";
import type { Context } from "./context.ts";

// Counts of AWS Backup, told for each vault; a vault's own notifications tell of every good one as well.
const failures = {
  "backup-failed": { metric: "NumberOfBackupJobsFailed", what: "A backup failed" },
  "copy-failed": { metric: "NumberOfCopyJobsFailed", what: "The copy of a backup failed" },
  "restore-failed": { metric: "NumberOfRestoreJobsFailed", what: "A restore failed, or a test of one" },
};

/** Declares the alarms of the vault that daily backups go to. */
export function backupAlarms(context: Context, topic: aws.sns.Topic, vault: aws.backup.Vault): void {
  for (const [name, { metric, what }] of Object.entries(failures))
    alarm(context, topic, name, {
      what,
      metric,
      namespace: "AWS/Backup",
      statistic: "Sum",
      above: 0,
      minutes: 1,
      dimensions: { BackupVaultName: vault.name },
    });
}
