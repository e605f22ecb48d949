// The alerts of the database: it is away, full, busy, or its backups are old.
import type { Alert } from "./alerts.ts";
import type { Context } from "./context.ts";
import { DATABASE } from "./database-names.ts";
import { millicores } from "./quantities.ts";

// A daily backup and the time that one takes.
const BACKUP_HOURS = 26;

/** What rings for the database; those about backups only where it has any. */
export function databaseAlerts(context: Context): Alert[] {
  const { description, namespace } = context;
  const own = `{namespace="${namespace}",pod=~"${DATABASE}-[0-9]+"}`;
  const volumes = `{namespace="${namespace}",persistentvolumeclaim=~"${DATABASE}-[0-9]+"}`;
  const cores = millicores(description.database?.resources.cpu ?? "1") / 1000;
  return [
    {
      name: "SurefootDatabaseDown",
      // Copies that answer are no help to who must write.
      expr: `absent(cnpg_collector_up${own} == 1) or absent(cnpg_pg_replication_in_recovery${own} == 0)`,
      seconds: 120,
      severity: "critical",
      summary: "The database has no primary that answers, or its metrics do not arrive",
    },
    {
      name: "SurefootDatabaseSpace",
      expr: `min(kubelet_volume_stats_available_bytes${volumes}) < ${description.monitoring.freeStorage}`,
      seconds: 300,
      severity: "critical",
      summary: "The database runs out of space",
    },
    {
      name: "SurefootDatabaseBusy",
      expr: `max(sum by (pod) (rate(container_cpu_usage_seconds_total{namespace="${namespace}",container="postgres"}[5m]))) / ${cores} > ${description.monitoring.cpu}`,
      seconds: 600,
      severity: "warning",
      summary: "The database is busy",
    },
    ...(description.kubernetes.backups === undefined ? [] : backupAlerts(own)),
  ];
}

function backupAlerts(own: string): Alert[] {
  return [
    {
      name: "SurefootBackupOld",
      // No backup at all is time 0: that is old too.
      expr: `time() - max(barman_cloud_cloudnative_pg_io_last_available_backup_timestamp${own}) > ${BACKUP_HOURS * 3600}`,
      seconds: 3600,
      severity: "critical",
      summary: `The database has no backup of the last ${BACKUP_HOURS} hours`,
    },
    {
      name: "SurefootLogNotArchived",
      expr: `max(cnpg_pg_stat_archiver_last_failed_time${own} - cnpg_pg_stat_archiver_last_archived_time${own}) > 1`,
      seconds: 300,
      severity: "critical",
      summary:
        "The database's log is not archived: the last minutes could not be restored, and its disk fills",
    },
  ];
}
