// When somebody is woken for the database: load, space, connections, and a copy that falls behind.
import type * as aws from "@pulumi/aws";
import { alarm } from "./alarms.ts";
import type { Context } from "./context.ts";
import { connectionsOf } from "./database-parameters.ts";
import type { Database } from "./database.ts";

/** Declares the alarms of the database and of its replica. */
export function databaseAlarms(context: Context, topic: aws.sns.Topic, database: Database): void {
  const { cpu, freeStorage } = context.description.monitoring;
  const of = (instance: aws.rds.Instance) => ({
    namespace: "AWS/RDS",
    statistic: "Average",
    dimensions: { DBInstanceIdentifier: instance.identifier },
    minutes: 10,
  });
  const primary = of(database.primary);
  alarm(context, topic, "database-cpu", {
    ...primary,
    what: "The database is busy",
    metric: "CPUUtilization",
    above: cpu * 100,
  });
  alarm(context, topic, "database-storage", {
    ...primary,
    what: "The database runs out of space",
    metric: "FreeStorageSpace",
    below: freeStorage,
  });
  alarm(context, topic, "database-connections", {
    ...primary,
    what: "The database is at four fifths of its connections",
    metric: "DatabaseConnections",
    above: Math.floor(connectionsOf(database.wanted) * 0.8),
  });
  if (database.replica !== undefined)
    alarm(context, topic, "replica-lag", {
      ...of(database.replica),
      what: "The copy for queries is more than a minute behind",
      metric: "ReplicaLag",
      above: 60,
    });
}
