// Rule: what holds state is neither deleted nor replaced unless somebody named it.
import type { PlannedResource } from "../planned.ts";
import type { PolicyContext } from "./context.ts";
import type { Rule } from "./rule.ts";
import { isStateful } from "./stateful.ts";

const ends = (resource: PlannedResource): boolean =>
  (resource.op === "delete" || resource.op === "replace") && isStateful(resource);

/** A name names one thing: where two that end share it, only their URNs do. */
function isAcknowledged(resource: PlannedResource, { acknowledged, resources }: PolicyContext): boolean {
  if (acknowledged.includes(resource.urn)) return true;
  if (!acknowledged.includes(resource.name)) return false;
  return resources.filter((one) => one.name === resource.name && ends(one)).length === 1;
}

export const deletion: Rule = {
  code: "stateful-ends",
  what: "nothing stateful is deleted or replaced without being named",
  check: (resource, context) => {
    if (!ends(resource) || isAcknowledged(resource, context)) return [];
    const forced = resource.replaceKeys.join(", ");
    const what =
      resource.op === "delete"
        ? "it would be deleted, with what it holds"
        : `it would be replaced by an empty one${forced === "" ? "" : `; forced by ${forced}`}`;
    return [
      {
        property: resource.replaceKeys[0] ?? "",
        what,
        mend: `put it back into the description; if it shall go: --acknowledge ${resource.name} (its URN where the name is not enough)`,
        level: context.protection ? "mandatory" : "advisory",
      },
    ];
  },
};
