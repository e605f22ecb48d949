// The engine's protection of single resources: lifted for those that a person named, and put back.
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import { nameOf } from "../../infra/engine/urn.ts";

const stateSchema = z.looseObject({
  resources: z.array(z.looseObject({ urn: z.string(), protect: z.boolean().optional() })).default([]),
});

/** Puts the mark on the resources of these names or URNs, or takes it off, in the state alone. The URNs of those it changed. */
export async function markProtected(
  stack: Stack,
  names: readonly string[],
  protect: boolean,
): Promise<string[]> {
  const exported = await stack.exportStack();
  const state = stateSchema.parse(exported.deployment);
  const named = (urn: string): boolean => names.includes(urn) || names.includes(nameOf(urn));
  const meant = state.resources.filter((one) => (one.protect ?? false) !== protect && named(one.urn));
  if (meant.length === 0) return [];
  const resources = state.resources.map((one) => (meant.includes(one) ? { ...one, protect } : one));
  await stack.importStack({ ...exported, deployment: { ...state, resources } });
  return meant.map(({ urn }) => urn);
}
