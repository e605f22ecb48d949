// The shape of what watches an environment: alarms, whom they tell, logs, and the money it may cost.
import { z } from "zod";
import { days, duration, monthly, share, size } from "./unit-fields.ts";

export const monitoringSchema = z.strictObject({
  errorRate: share().prefault("2%").describe("A higher share of failed requests at the edge rings"),
  latencyP95: duration("1ms").prefault("1s").describe("Slower answers at the edge ring"),
  cpu: share("10%", "100%").prefault("85%").describe("A higher load of a fleet or the database rings"),
  freeStorage: size().prefault("5GiB").describe("Less free space of the database rings"),
});

export const alertsSchema = z.strictObject({
  emails: z
    .array(z.email({ error: "must be an email address" }))
    .max(20)
    .default([])
    .describe("Who is told by email"),
  chat: z
    .strictObject({
      workspace: z
        .string()
        .regex(/^T[A-Z0-9]{5,20}$/, { error: "must be the id of a Slack workspace, such as T0123ABCD" })
        .describe("Id of the Slack workspace"),
      channel: z
        .string()
        .regex(/^[CG][A-Z0-9]{5,20}$/, { error: "must be the id of a Slack channel, such as C0123ABCD" })
        .describe("Id of the Slack channel"),
    })
    .optional()
    .describe("Slack channel that alarms are written to"),
});

export const logsSchema = z.strictObject({
  retention: days("1d", "3650d").prefault("90d").describe("Logs are deleted after this time"),
  archiveAfter: days("30d", "3650d").prefault("30d").describe("Logs move to cheaper storage after this time"),
});

export const budgetSchema = z.strictObject({
  monthly: monthly().describe("Alerts at 80% of this amount, and when the forecast goes beyond it"),
});
