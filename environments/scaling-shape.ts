// The shape of a service's scaling: how few and how many nodes, what drives the number, and floors by the clock.
import { z } from "zod";
import { weeklyHours } from "./freeze-shape.ts";
import { share } from "./unit-fields.ts";

const floor = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/, { error: "must be a short lower-case name, such as evening" }),
  nodes: z.int().min(1).max(1000).describe("At least this many nodes while it is open"),
  ...weeklyHours,
});

export const scalingSchema = z.strictObject({
  min: z.int().min(1).max(1000).optional().describe("Never fewer nodes; `nodes` where left out"),
  max: z.int().min(1).max(1000).describe("Never more nodes"),
  cpu: share("10%", "95%").prefault("60%").describe("Nodes are added and taken away to keep this load"),
  floors: z.array(floor).max(50).default([]).describe("More nodes ahead of a known rush, every week"),
});
