// From what the engine would do to what people review: what ends first, then what changes, then what is new. Pure.
import type { PlannedResource } from "../../infra/planned.ts";
import { isStateful } from "../../infra/policies/stateful.ts";
import { diffInputs } from "./properties.ts";
import type { PropertyChange } from "./properties.ts";

type Op = PlannedResource["op"];

export interface Change {
  op: Op;
  type: string;
  name: string;
  urn: string;
  protect: boolean;
  /** It holds something that cannot be made again. */
  stateful: boolean;
  /** Properties that force a replacement, as the engine names them. */
  forcedBy: string[];
  /** None for what is deleted. Values are masked. */
  properties: PropertyChange[];
}

export type Counts = Record<Op, number>;

export interface Diff {
  counts: Counts;
  changes: Change[];
}

const order: readonly Op[] = ["replace", "delete", "update", "refresh", "create"];
const quiet = new Set<Op>(["same", "read"]);

/** The diff of a plan; replaced and deleted first, what holds state before what does not, then by type and name. */
export function planDiff(resources: readonly PlannedResource[]): Diff {
  const counts: Counts = { create: 0, update: 0, replace: 0, delete: 0, same: 0, read: 0, refresh: 0 };
  const changes: Change[] = [];
  for (const resource of resources) {
    // The stack and its providers are the engine's own.
    if (resource.type.startsWith("pulumi:")) continue;
    counts[resource.op] += 1;
    if (!quiet.has(resource.op)) changes.push(change(resource));
  }
  return { counts, changes: changes.toSorted(compare) };
}

function change(resource: PlannedResource): Change {
  const { op, type, name, urn, protect, replaceKeys } = resource;
  const properties = op === "delete" ? [] : diffInputs(resource.old, resource.new, replaceKeys);
  return { op, type, name, urn, protect, stateful: isStateful(resource), forcedBy: replaceKeys, properties };
}

function compare(a: Change, b: Change): number {
  const rank = ({ op, stateful }: Change): number => {
    // One group: whatever ends, data first.
    if (op === "replace" || op === "delete") return stateful ? 0 : 1;
    return 1 + order.indexOf(op);
  };
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  const [left, right] = [`${a.type} ${a.name} ${a.urn}`, `${b.type} ${b.name} ${b.urn}`];
  return left < right ? -1 : left > right ? 1 : 0;
}
