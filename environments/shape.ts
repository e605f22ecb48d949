// The shape of a description of an environment: every key, its default, and the types that follow from them.
import { z } from "zod";
import { accountSchema, edgeSchema, networkSchema, reviewSchema, stateSchema } from "./access-shape.ts";
import { backupSchema, databaseSchema } from "./database-shape.ts";
import { approvalSchema, driftSchema, notifySchema, promotionSchema } from "./delivery-shape.ts";
import { freezeSchema } from "./freeze-shape.ts";
import { kubernetesSchema } from "./kubernetes-shape.ts";
import { bakeSchema } from "./rollout-shape.ts";
import { serviceSchema } from "./service-shape.ts";
import { sshSchema } from "./ssh-shape.ts";
import { longDuration } from "./unit-fields.ts";
import { alertsSchema, budgetSchema, logsSchema, monitoringSchema } from "./watch-shape.ts";

const serviceName = () =>
  z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, {
    error: 'the name of a service is a lower-case letter, then up to 30 lower-case letters, digits or "-"',
  });

const zone = () =>
  z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, { error: "must be the name of a zone, such as eu-central-1a" });

/** What a file holds once the files it extends are merged into it. */
export const descriptionSchema = z.strictObject({
  platform: z.enum(["local", "ssh", "kubernetes", "aws"]).describe("What the environment is made of"),
  region: z
    .string()
    .regex(/^[a-z0-9-]*$/, { error: "must be the name of a region" })
    .default("")
    .describe("Region of the cloud; required on aws"),
  protection: z
    .boolean()
    .default(false)
    .describe("true: nothing stateful is deleted or replaced without naming it"),
  zones: z
    .array(zone())
    .min(1)
    .max(20)
    .default(["a"])
    .describe("Nodes are spread over these; required on aws"),
  services: z.record(serviceName(), serviceSchema).default({}).describe("What runs here, by name"),
  account: accountSchema.optional().describe("The only account that is touched, on aws"),
  owner: z
    .string()
    .regex(/^[\w .@-]{1,100}$/, { error: "must be a team or a person" })
    .default("unknown")
    .describe("Who answers for it; a tag on everything"),
  state: stateSchema.optional().describe("Where a team keeps what it shares; this clone where left out"),
  network: networkSchema.prefault({}).describe("aws: its private network"),
  edge: edgeSchema.optional().describe("aws, kubernetes: the name under which users reach the services"),
  review: reviewSchema.optional().describe("aws: which workflows of GitHub may read and change it"),
  database: databaseSchema.optional().describe("aws, kubernetes: its database"),
  backup: backupSchema.prefault({}).describe("aws, kubernetes: daily backups of everything that holds data"),
  monitoring: monitoringSchema.prefault({}).describe("aws, kubernetes: when alarms ring"),
  alerts: alertsSchema.prefault({}).describe("aws, kubernetes: whom alarms tell"),
  logs: logsSchema.prefault({}).describe("aws: how long logs are kept"),
  budget: budgetSchema.optional().describe("aws: what it may cost"),
  ssh: sshSchema.prefault({}).describe("ssh: the machines"),
  kubernetes: kubernetesSchema.prefault({}).describe("kubernetes, and pods on aws: the cluster"),
  freeze: z.array(freezeSchema).max(200).default([]).describe("When nothing is rolled out"),
  approval: approvalSchema.prefault({}).describe("Who must agree to a plan before it is carried out"),
  promotion: promotionSchema.optional().describe("Where releases come from; built here where left out"),
  drift: driftSchema.prefault({}).describe("What may differ from the description"),
  notify: notifySchema.default([]).describe("Chats that are told what happens to it"),
  rehearsal: z
    .strictObject({
      bake: bakeSchema("4s", "2s").prefault({}).describe("Used in place of each service's bake"),
      soak: longDuration("0s").prefault("5s").describe("Used in place of promotion.soak"),
    })
    .prefault({})
    .describe("What is different when the environment is rehearsed on one machine"),
});

/** What an environment may have or not: `none` takes back what a file that it extends gave it. */
export const MAY_BE_NONE = ["database", "budget", "edge", "promotion", "review", "state"] as const;
export const NONE = "none";

/** Exactly what `extends` may hold, besides the keys of a description. */
export const EXTENDS = "extends";

export type { FreezeWindow } from "./freeze-shape.ts";

export type Service = { name: string } & z.output<typeof serviceSchema>;

export type Rollout = Service["rollout"];

export type Description = { name: string; services: Record<string, Service> } & Omit<
  z.output<typeof descriptionSchema>,
  "services"
>;
