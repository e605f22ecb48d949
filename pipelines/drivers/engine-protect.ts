// Lifts the engine's protection from resources that a person named.
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";

const stateSchema = z.looseObject({
  resources: z.array(z.looseObject({ urn: z.string(), protect: z.boolean().optional() })).default([]),
});

/** Takes the mark off the resources of these names or URNs, in the state alone. */
export async function unprotect(stack: Stack, names: readonly string[]): Promise<void> {
  const exported = await stack.exportStack();
  const state = stateSchema.parse(exported.deployment);
  const named = (urn: string): boolean => names.includes(urn) || names.includes(urn.split("::").at(-1) ?? "");
  const marked = state.resources.filter(({ urn, protect }) => protect === true && named(urn));
  if (marked.length === 0) return;
  const resources = state.resources.map((one) => (marked.includes(one) ? { ...one, protect: false } : one));
  await stack.importStack({ ...exported, deployment: { ...state, resources } });
}
