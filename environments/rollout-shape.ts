// The shape of a rollout policy: how a release moves through the fleet, and what stops it.
import { z } from "zod";
import { duration, increase, points, share, size, wave } from "./unit-fields.ts";

export const bakeSchema = (first: string, rest: string) =>
  z.strictObject({
    first: duration().prefault(first).describe("How long the first wave is watched"),
    rest: duration().prefault(rest).describe("How long each later wave is watched"),
  });

const guard = z.strictObject({
  restarts: z
    .int()
    .min(0)
    .max(1000)
    .default(1)
    .describe("More restarts than this on one node trip the guard"),
  errorRate: share().prefault("2%").describe("A higher share of failed requests trips the guard"),
  heartbeat: duration("500ms").prefault("5s").describe("A node silent for longer trips the guard"),
  memory: size().prefault("512MiB").describe("A node that uses more trips the guard"),
});

const judge = z.strictObject({
  latencyP95: increase()
    .prefault("+20%")
    .describe("Slower than the nodes not yet updated by more than this fails"),
  errorRate: points()
    .prefault("+0.5pp")
    .describe("More failed requests than on the nodes not yet updated, by more than this, fails"),
  memory: increase()
    .prefault("+50%")
    .describe("More memory than the nodes not yet updated, by more than this, fails"),
  confidence: share("50%", "99.99%")
    .prefault("98%")
    .describe("How sure the judge must be before it fails a wave"),
});

const drain = z.strictObject({
  sessions: z.enum(["wait", "cut"]).default("wait").describe("Wait for running sessions to end, or cut them"),
  limit: duration().prefault("5m").describe("How long to wait for sessions"),
  // oxlint-disable-next-line unicorn/no-thenable -- a word, not a function: await takes no notice of it
  then: z
    .enum(["park", "force", "skip"])
    .default("park")
    .describe("What happens to a node that still holds sessions at the limit"),
});

const WAVES =
  "Nodes on the new release after each wave, counted from the start: counts or shares, growing, ending at 100%";

// What is optional here depends on the size of the fleet when it is left out: policyForFleet.
export const rolloutSchema = z.strictObject({
  waves: z.array(wave()).min(1, { error: "name at least one wave" }).max(50).optional().describe(WAVES),
  bake: bakeSchema("60s", "30s").prefault({}).describe("How long waves are watched before the next one"),
  guard: guard.prefault({}).describe("Absolute limits, checked all the time"),
  judge: judge.prefault({}).describe("Limits against the nodes not yet updated, at the same time"),
  failureBudget: z
    .int()
    .min(0)
    .optional()
    .describe("Nodes that may fail over the whole rollout; unreachable ones count"),
  minHealthy: share().optional().describe("Share of the fleet that stays in service at every moment"),
  drain: drain.prefault({}).describe("How a node is emptied before it is switched"),
  smokeRestart: z
    .boolean()
    .default(false)
    .describe("Restart the first node once more, to prove that the release survives it"),
});
