// Settings of the database: time limits, so that one query cannot take it down, and what it writes to its log.
import type { Description } from "../../../environments/shape.ts";

type Database = NonNullable<Description["database"]>;

export interface Parameter {
  name: string;
  value: string;
  /** `pending-reboot` where the engine reads it only when it starts. */
  applyMethod: "immediate" | "pending-reboot";
}

/** Family of the parameter group: `postgres17`, `mysql8.4`. */
export function familyOf({ engine, version }: Database): string {
  if (engine === "postgres") return `postgres${version.split(".", 1)[0]}`;
  return `mysql${/^\d+\.\d+/.test(version) ? version : `${version}.0`}`;
}

/** Major version as RDS spells it: `17`, `8.4`. A minor one would be taken for a way back once RDS has gone on to the next. */
export function engineVersionOf(database: Database): string {
  return familyOf(database).slice(database.engine.length);
}

/** Logs that go to CloudWatch. */
export function logsOf({ engine }: Database): string[] {
  return engine === "postgres" ? ["postgresql", "upgrade"] : ["error", "slowquery"];
}

/** Sorted by name, so that a plan shows a change and no reordering. */
export function parametersOf(database: Database): Parameter[] {
  const { statement, idle, slow } = database.limits;
  const milliseconds = (seconds: number): string => String(Math.round(seconds * 1000));
  const values: Record<string, string> =
    database.engine === "postgres"
      ? {
          idle_in_transaction_session_timeout: milliseconds(idle),
          log_autovacuum_min_duration: "1000",
          log_connections: "1",
          log_lock_waits: "1",
          log_min_duration_statement: milliseconds(slow),
          log_temp_files: "10240",
          "rds.force_ssl": "1",
          statement_timeout: milliseconds(statement),
        }
      : {
          innodb_lock_wait_timeout: String(Math.max(1, Math.ceil(idle))),
          innodb_print_all_deadlocks: "1",
          // Into files, which go to CloudWatch; RDS would write slow statements into a table.
          log_output: "FILE",
          long_query_time: String(slow),
          // MySQL ends only reading statements after this time.
          max_execution_time: milliseconds(statement),
          require_secure_transport: "1",
          slow_query_log: "1",
        };
  return Object.entries(values)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({ name, value, applyMethod: "immediate" }));
}

// GiB of memory by the size of a class; an estimate on the low side is enough for an alarm.
const memory: Record<string, number> = { micro: 1, small: 2, medium: 4, large: 8, xlarge: 16 };

/** About how many connections the class takes at most, as RDS sets it by its memory. */
export function connectionsOf({ machine, engine }: Database): number {
  const size = machine.split(".")[2] ?? "";
  const gib = memory[size] ?? 16 * (Number(/^(\d+)xlarge$/.exec(size)?.[1]) || 1);
  return Math.min(5000, Math.floor((gib * 2 ** 30) / (engine === "postgres" ? 9_531_392 : 12_582_880)));
}
