// Settings of the database: time limits, so that one query cannot take it down, and what it writes to its log.
import type { Wanted } from "./database-instances.ts";

const MIB = 2 ** 20;

/** As PostgreSQL reads them, sorted by name. */
export function parametersOf({ limits, resources, storage }: Wanted): Record<string, string> {
  const milliseconds = (seconds: number): string => `${Math.round(seconds * 1000)}ms`;
  return {
    idle_in_transaction_session_timeout: milliseconds(limits.idle),
    log_autovacuum_min_duration: "1s",
    log_connections: "on",
    log_lock_waits: "on",
    log_min_duration_statement: milliseconds(limits.slow),
    log_temp_files: "10MB",
    // A copy that stays away must not fill the disk of the primary.
    max_slot_wal_keep_size: `${Math.floor(storage / 5 / MIB)}MB`,
    shared_buffers: `${Math.max(16, Math.floor(resources.memory / 4 / MIB))}MB`,
    statement_timeout: milliseconds(limits.statement),
  };
}
