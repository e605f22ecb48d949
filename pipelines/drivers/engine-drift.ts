// What the engine's events of a refresh tell: which resources are no longer as the state has them, property by property.
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { nameOf } from "../../infra/engine/urn.ts";
import type { PlannedResource } from "../../infra/planned.ts";
import { equal } from "../preview/equal.ts";

type Step = NonNullable<EngineEvent["resOutputsEvent"]>["metadata"];
type Side = Record<string, unknown>;

/**
 * Gathers what a refresh that writes nothing has found. The engine itself judges what counts: what an update of the same
 * program would put back, so properties that the program leaves to others (a size that scaling moves) are no drift.
 */
export function driftCollector(): { take: (event: EngineEvent) => void; drifted: () => PlannedResource[] } {
  const found: PlannedResource[] = [];
  const take = ({ resOutputsEvent }: EngineEvent): void => {
    const step = resOutputsEvent?.metadata;
    if (step === undefined || step.type.startsWith("pulumi:")) return;
    if (step.op === "update" || step.op === "delete") found.push(driftOf(step, step.op));
  };
  return { take, drifted: () => found };
}

function driftOf(step: Step, op: "update" | "delete"): PlannedResource {
  const { urn, type, old, new: there } = step;
  const resource = { urn, type, name: nameOf(urn), op, protect: old?.protect ?? false, replaceKeys: [] };
  if (op === "delete") return { ...resource, old: old?.inputs ?? {}, new: null };
  const [was, is]: [Side, Side] = [{}, {}];
  for (const key of keysOf(step)) {
    const [before, after] = [old?.inputs?.[key], there?.inputs?.[key]];
    // Some providers read only outputs: what they say of a property that we set counts then.
    const told = equal(before, after) ? [old?.outputs?.[key], there?.outputs?.[key]] : [before, after];
    if (told[0] !== undefined) was[key] = told[0];
    if (told[1] !== undefined) is[key] = told[1];
  }
  return { ...resource, old: was, new: is };
}

/** The properties that the provider names; where it names none, all that we set. */
function keysOf({ diffs, detailedDiff, old, new: there }: Step): string[] {
  const named = [...(diffs ?? []), ...Object.keys(detailedDiff ?? {})].map(rootOf);
  if (named.length > 0) return [...new Set(named)];
  return [...new Set([...Object.keys(old?.inputs ?? {}), ...Object.keys(there?.inputs ?? {})])];
}

/** `tags` of `tags.owner`, of `tags["a.b"]` and of `["tags"]`. */
const rootOf = (path: string): string =>
  (/^\["((?:[^"\\]|\\.)*)"\]/.exec(path)?.[1] ?? /^[^.[]+/.exec(path)?.[0] ?? path).replaceAll('\\"', '"');
