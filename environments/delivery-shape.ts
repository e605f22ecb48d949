// The shape of how changes reach an environment: who approves them, where releases come from, what may drift, whom to tell.
import { z } from "zod";
import { longDuration } from "./unit-fields.ts";

// Every exception is somebody's: who reads it later must know why it is there and whom to ask.
const exception = {
  reason: z.string().trim().min(3).max(500).describe("Why this is accepted"),
  owner: z.string().trim().min(1).max(100).describe("Who answers for it"),
};

export const approvalSchema = z.strictObject({
  people: z
    .int()
    .min(0)
    .max(5)
    .default(0)
    .describe("How many people other than the authors must sign a plan before it is carried out"),
  expires: longDuration("1m").prefault("24h").describe("A signature counts for this long"),
  signedCommits: z
    .boolean()
    .default(false)
    .describe("true: only commits signed by a key in environments/approvers are carried out"),
});

export const promotionSchema = z.strictObject({
  after: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/, { error: "must be the name of an environment, such as staging" })
    .describe("Releases come from there, once they are verified there"),
  soak: longDuration("0s").prefault("10m").describe("How long a release must have run there without trouble"),
  automatic: z
    .boolean()
    .default(true)
    .describe("A push goes on into this environment; false: somebody says surefoot promote"),
  accept: z
    .array(
      z.strictObject({
        service: z.string().min(1).describe("The service"),
        key: z.string().min(1).describe("The config key"),
        ...exception,
      }),
    )
    .max(200)
    .default([])
    .describe("Config keys that may be there and not here"),
});

export const driftSchema = z.strictObject({
  ignore: z
    .array(
      z.strictObject({
        resource: z.string().min(1).describe("Name of the resource; * stands for any text"),
        property: z.string().min(1).default("*").describe("Path of the property; * stands for any text"),
        ...exception,
      }),
    )
    .max(200)
    .default([])
    .describe("What may differ from the description"),
});

export const noticeKinds = [
  "waiting",
  "approved",
  "started",
  "wave",
  "rolled-back",
  "done",
  "failed",
  "drift",
] as const;

export const notifySchema = z
  .array(
    z.strictObject({
      chat: z.enum(["slack", "discord", "telegram"]).describe("slack: anything that takes Slack's webhooks"),
      webhook: z
        .string()
        .regex(/^[A-Z][A-Z0-9_]{0,99}$/, { error: "must be the name of an environment variable" })
        .describe("Environment variable that holds the URL; never the URL itself"),
      on: z
        .array(z.enum(noticeKinds))
        .min(1)
        .default([...noticeKinds])
        .describe("What is told there; everything where left out"),
    }),
  )
  .max(10);
