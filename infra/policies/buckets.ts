// Which resources are about which bucket: by its name, or by the program's names where that is not known yet.
import type { PlannedResource } from "../planned.ts";
import { unjudgeable } from "./rule.ts";

export type AboutBucket = (bucket: PlannedResource, type: string) => boolean;

/** Tells whether a resource of the type has this bucket as its input `bucket`. Each type is read once. */
export function aboutBuckets(ofType: (type: string) => readonly PlannedResource[]): AboutBucket {
  const read = new Map<string, Names>();
  return (bucket, type) => {
    const names = read.get(type) ?? namesIn(ofType(type));
    read.set(type, names);
    const physical = bucket.new?.["bucket"];
    // The cloud completes a prefix to a name that no input of the bucket tells.
    if (typeof physical !== "string") return names.all.has(bucket.name);
    return names.physical.has(physical) || names.unknown.has(bucket.name);
  };
}

interface Names {
  /** Names in the cloud that are referred to. */
  physical: Set<string>;
  /** Names in the program, cut at each hyphen (`logs-access` may be about `logs`), of those whose bucket is not known yet. */
  unknown: Set<string>;
  all: Set<string>;
}

function namesIn(resources: readonly PlannedResource[]): Names {
  const names: Names = { physical: new Set(), unknown: new Set(), all: new Set() };
  for (const { name, new: inputs } of resources) {
    if (inputs === null) continue;
    const about = inputs["bucket"];
    const known = typeof about === "string" && !unjudgeable(about);
    if (known) names.physical.add(about);
    for (let end = name.length; end > 0; end = name.lastIndexOf("-", end - 1)) {
      names.all.add(name.slice(0, end));
      if (!known) names.unknown.add(name.slice(0, end));
    }
  }
  return names;
}
