// The shape of an environment's database and of its backups: how large, how safe, how long kept.
import { z } from "zod";
import { resourcesSchema } from "./kubernetes-shape.ts";
import { days, duration, size } from "./unit-fields.ts";

const limits = z.strictObject({
  statement: duration("100ms").prefault("30s").describe("A statement that runs longer is ended"),
  idle: duration("1s").prefault("60s").describe("A transaction that stands idle longer is ended"),
  slow: duration("1ms").prefault("1s").describe("A statement that runs longer is written to the log"),
});

export const databaseSchema = z.strictObject({
  engine: z.enum(["postgres", "mysql"]).default("postgres").describe("What kind of database"),
  version: z
    .string({ error: 'must be text: put it in quotes, such as "17"' })
    .regex(/^\d{1,2}(\.\d{1,2})?$/, { error: 'must be a version, such as "17" or "8.4"' })
    .default("17")
    .describe("Major version of the engine"),
  machine: z
    .string()
    .regex(/^db\.[a-z0-9-]+\.[a-z0-9]+$/, {
      error: "must be a class of the database service, such as db.t4g.medium",
    })
    .default("db.t4g.medium")
    .describe("aws: class of the machine that it runs on"),
  resources: resourcesSchema
    .prefault({ cpu: "1", memory: "2GiB" })
    .describe("kubernetes: what each of its instances is given"),
  storage: size("20GiB", "64TiB")
    .prefault("20GiB")
    .describe("Space for data; on aws it grows by itself to twice as much"),
  multiZone: z.boolean().default(false).describe("Keep a standby in another zone that takes over by itself"),
  replica: z
    .boolean()
    .default(false)
    .describe("Keep a copy for queries, so that they cannot slow the service down"),
  retention: days("1d", "35d").prefault("7d").describe("Any moment of the last days can be restored"),
  limits: limits.prefault({}).describe("Time limits of statements, and what is logged"),
});

export const backupSchema = z.strictObject({
  retention: days("1d", "3650d").prefault("35d").describe("How long daily backups are kept"),
  copyTo: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: "must be the name of a region, such as eu-west-1" })
    .optional()
    .describe("aws: region that gets a copy of each backup"),
  lock: z
    .boolean()
    .default(false)
    .describe("aws: nobody can delete a backup before its time, not even an administrator"),
  restoreTest: z
    .enum(["off", "daily", "weekly"])
    .default("weekly")
    .describe("aws: how often a backup is restored aside to prove that it can be"),
});
