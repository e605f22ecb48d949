// What a killed update left half done: the engine would make such a resource a second time, so it is looked up and adopted.
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import { nameOf } from "../../infra/engine/urn.ts";
import { project } from "../../infra/names.ts";

/** Finds the id of a resource that may or may not have been made; undefined: nothing of that name is there. */
export type FindResource = (
  type: string,
  inputs: Record<string, unknown>,
  urn: string,
) => Promise<string | undefined>;

const resourceSchema = z.looseObject({
  urn: z.string(),
  type: z.string(),
  custom: z.boolean().optional(),
  inputs: z.record(z.string(), z.unknown()).default({}),
});

const stateSchema = z.looseObject({
  resources: z.array(resourceSchema).default([]),
  pending_operations: z.array(z.object({ type: z.string(), resource: resourceSchema })).default([]),
});

type State = z.infer<typeof stateSchema>;

export interface Adoption {
  /** Names of resources that were found and are the stack's own again. */
  adopted: string[];
  /** Names of resources that were begun and are not there: the next update makes them. */
  absent: string[];
}

/**
 * Takes what an interrupted update had begun into the state, before the next one. A refresh must follow: it reads each
 * adopted resource from the platform, and drops what is not there after all. Other pending operations need nothing: their
 * resources are in the state, and the refresh tells what became of them.
 */
export async function adoptPending(stack: Stack, find: FindResource): Promise<Adoption> {
  const exported = await stack.exportStack();
  const parsed = stateSchema.safeParse(exported.deployment);
  if (!parsed.success || parsed.data.pending_operations.length === 0) return { adopted: [], absent: [] };
  const found = await lookUp(parsed.data, find);
  await stack.importStack({ ...exported, deployment: withFound(parsed.data, found) });
  const names = (there: boolean): string[] =>
    found.filter(({ id }) => (id !== undefined) === there).map(({ resource }) => nameOf(resource.urn));
  return { adopted: names(true), absent: names(false) };
}

type Found = { resource: State["resources"][number]; id: string | undefined };

async function lookUp(
  { resources, pending_operations: pending }: State,
  find: FindResource,
): Promise<Found[]> {
  const known = new Set(resources.map(({ urn }) => urn));
  const begun = pending.filter(({ type, resource }) => type === "creating" && !known.has(resource.urn));
  return Promise.all(
    begun.map(async ({ resource }) => ({
      resource,
      id: await find(resource.type, resource.inputs, resource.urn),
    })),
  );
}

/** Our own providers and that of Kubernetes look by what was asked for; those of a cloud by the id. */
const knownOf = ({ type, inputs }: State["resources"][number]): object =>
  type.startsWith(`${project}:`) || type.startsWith("kubernetes:") ? { outputs: inputs } : {};

/** The state with what was found in it and nothing pending; a resource comes after all that it can depend on. */
function withFound(state: State, found: readonly Found[]): State {
  const adopted = found.flatMap(({ resource, id }) =>
    id === undefined ? [] : [{ ...resource, ...knownOf(resource), id }],
  );
  return { ...state, resources: [...state.resources, ...adopted], pending_operations: [] };
}
