// Decides what of a drift is allowed by the description and what is not, property by property. Pure.
import type { PlannedResource } from "../../infra/planned.ts";
import { planDiff } from "../preview/plan.ts";
import type { Change } from "../preview/plan.ts";
import type { DriftVerdict, IgnoreEntry, Ignored } from "./document.ts";
import { covers, matches } from "./wildcard.ts";

/** The first entry that matches counts. A resource that is gone is allowed only by an entry for all of it (`property: "*"`). */
export function judgeDrift(
  resources: readonly PlannedResource[],
  ignore: readonly IgnoreEntry[],
): DriftVerdict {
  const used = new Set<IgnoreEntry>();
  const [drifted, ignored]: [Change[], Ignored[]] = [[], []];
  const allowed = (change: Change, property: string): boolean => {
    const entry = ignore.find(
      (one) =>
        matches(one.resource, change.name) &&
        (property === "" ? one.property === "*" : covers(one.property, property)),
    );
    if (entry === undefined) return false;
    used.add(entry);
    const { reason, owner } = entry;
    ignored.push({ name: change.name, type: change.type, property, reason, owner });
    return true;
  };
  for (const change of planDiff(resources).changes) {
    const { properties } = change;
    if (properties.length === 0) {
      if (!allowed(change, "")) drifted.push(change);
      continue;
    }
    const left = properties.filter(({ path }) => !allowed(change, path));
    if (left.length > 0) drifted.push({ ...change, properties: left });
  }
  return { drifted, ignored, stale: ignore.filter((entry) => !used.has(entry)) };
}
