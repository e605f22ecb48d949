// Looks up what an interrupted update may have made: by name where the id follows from it, else by the tags that all of it carries.
import { nameOf } from "../../infra/engine/urn.ts";
import { idFromInputs } from "../../infra/platforms/aws/ids.ts";
import { idFromInputs as idOfObject } from "../../infra/platforms/kubernetes/ids.ts";
import { openCloud } from "../../infra/stand-in/cloud.ts";
import type { FindResource } from "./engine-pending.ts";

/** On local and ssh a resource's id is its name. */
export const findByName: FindResource = async (_type, _inputs, urn) => nameOf(urn);

/** In the folder that plays the cloud. */
export function findInStandIn(folder: string): FindResource {
  return async (type, _inputs, urn) => {
    const all = await openCloud(folder).list();
    return all.find((one) => one.type === type && one.urn === urn)?.id;
  };
}

/** In a cluster: by namespace and name; the refresh that follows tells whether it is there. */
export const findObject: FindResource = async (type, inputs) => idOfObject(type, inputs);

/** On AWS, and in the cluster of its pods: named resources by their name (the refresh that follows tells whether it is there), the others by tag. */
export function findOnAws(
  byTags: (type: string, tags: Record<string, string>) => Promise<string | undefined>,
): FindResource {
  return async (type, inputs, urn) => {
    if (type.startsWith("kubernetes:")) return findObject(type, inputs, urn);
    const named = idFromInputs(type, inputs);
    if (named !== undefined) return named;
    const tags = tagsOf(inputs);
    return tags === undefined ? undefined : byTags(type, tags);
  };
}

/** The tags that only this resource has: its environment and its name in the program. */
function tagsOf(inputs: Record<string, unknown>): Record<string, string> | undefined {
  const tags = inputs["tags"];
  if (typeof tags !== "object" || tags === null) return undefined;
  const wanted = ["surefoot:environment", "surefoot:name"];
  const entries = wanted.map((key) => [key, (tags as Record<string, unknown>)[key]] as const);
  return entries.every(([, value]) => typeof value === "string")
    ? (Object.fromEntries(entries) as Record<string, string>)
    : undefined;
}
