// What the engine's events tell: the resources of a plan with their inputs, and each change as it is done.
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { nameOf } from "../../infra/engine/urn.ts";
import type { PlannedResource } from "../../infra/planned.ts";

/** One resource that an update touched. */
export interface ResourceChange {
  op: "create" | "update" | "replace" | "delete" | "read" | "refresh";
  type: string;
  name: string;
}

type Step = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

const opOf = (op: string): PlannedResource["op"] =>
  op.replace(/^(create|delete)-replace.*$/, "replace") as PlannedResource["op"];

/** Gathers the plan from the events of a preview; resources of the engine's own (stack, providers) are left out. */
export function planCollector(): { take: (event: EngineEvent) => void; planned: () => PlannedResource[] } {
  const byUrn = new Map<string, PlannedResource>();
  const take = ({ resourcePreEvent }: EngineEvent): void => {
    const step = resourcePreEvent?.metadata;
    if (step === undefined || step.type.startsWith("pulumi:")) return;
    const next = plannedOf(step);
    const known = byUrn.get(step.urn);
    // A refresh comes before what is then decided; a replacement is told as three steps, in no fixed order.
    if (known === undefined || known.op === "refresh") byUrn.set(step.urn, next);
    else if (next.op === "replace") byUrn.set(step.urn, joined(known, next));
  };
  return { take, planned: () => [...byUrn.values()] };
}

function plannedOf({ op, urn, type, old, new: wanted, keys }: Step): PlannedResource {
  return {
    urn,
    type,
    name: nameOf(urn),
    op: opOf(op),
    old: old?.inputs ?? null,
    new: op === "delete" || op === "delete-replaced" ? null : (wanted?.inputs ?? null),
    protect: (wanted ?? old)?.protect ?? false,
    replaceKeys: keys ?? [],
  };
}

function joined(one: PlannedResource, other: PlannedResource): PlannedResource {
  return {
    ...one,
    op: "replace",
    old: one.old ?? other.old,
    new: one.new ?? other.new,
    protect: one.protect || other.protect,
    replaceKeys: [...new Set([...one.replaceKeys, ...other.replaceKeys])],
  };
}

/** Gathers what an update has done, resource by resource, and tells each one. */
export function changeCollector(onChange: (change: ResourceChange) => void): {
  take: (event: EngineEvent) => void;
  changes: ResourceChange[];
} {
  const changes: ResourceChange[] = [];
  const take = ({ resOutputsEvent }: EngineEvent): void => {
    const step = resOutputsEvent?.metadata;
    if (step === undefined || step.type.startsWith("pulumi:")) return;
    if (["same", "read", "refresh"].includes(step.op)) return;
    const change = { op: opOf(step.op) as ResourceChange["op"], type: step.type, name: nameOf(step.urn) };
    const again =
      change.op === "replace" && changes.some((one) => one.op === "replace" && one.name === change.name);
    if (again) return;
    changes.push(change);
    onChange(change);
  };
  return { take, changes };
}
