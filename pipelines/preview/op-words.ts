// What each kind of change is called: in a line of its own, counted in a plan, and once it is done. Pure.
import type { PlannedResource } from "../../infra/planned.ts";
import type { Counts } from "./plan.ts";

interface OpWords {
  /** Before its line on a terminal. */
  mark: string;
  line: string;
  counted: string;
  done: string;
}

/** In the order in which they are counted: what ends comes first. */
export const opWords: Record<PlannedResource["op"], OpWords> = {
  replace: { mark: "-/+", line: "REPLACE", counted: "to replace", done: "replaced" },
  delete: { mark: "-  ", line: "DELETE", counted: "to delete", done: "deleted" },
  update: { mark: "~  ", line: "update", counted: "to update", done: "updated" },
  refresh: { mark: "~  ", line: "drift", counted: "drifted", done: "refreshed" },
  create: { mark: "+  ", line: "create", counted: "to create", done: "created" },
  same: { mark: "   ", line: "same", counted: "unchanged", done: "unchanged" },
  read: { mark: "   ", line: "read", counted: "to read", done: "read" },
};

/** Such as `1 to delete, 12 unchanged`; what is only read is left out. */
export function countsText(counts: Counts): string {
  const some = Object.entries(opWords)
    .map(([op, { counted }]) => ({ op: op as keyof Counts, counted }))
    .filter(({ op }) => op !== "read" && counts[op] > 0);
  return some.map(({ op, counted }) => `${counts[op]} ${counted}`).join(", ") || "no resources";
}
