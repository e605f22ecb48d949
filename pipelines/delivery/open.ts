// Opens what a delivery needs: its environments in order, and whom to tell of it.
import { join } from "node:path";
import { listDescriptions } from "../../environments/folder.ts";
import { loadDescription } from "../../environments/loader.ts";
import { describe, nameOf } from "../environment/describe.ts";
import { deliveryOrder } from "./chain.ts";
import type { Linked } from "./chain.ts";

/** The environments as they are named, in order of promotion, each once. Refuses unknown names and broken descriptions. */
export function chosenEnvironments(repo: string, ids: readonly string[]): string[] {
  const names = ids.map((id) => nameOf(repo, id));
  for (const { id } of names) describe(repo, id);
  const order = deliveryOrder(linked(repo));
  const place = (one: (typeof names)[number]): number => order.indexOf(one.description);
  return [...new Set(names.toSorted((a, b) => place(a) - place(b)).map(({ id }) => id))];
}

/** How all described environments lead to each other; those that cannot be read are left out. */
export function linked(repo: string): Linked[] {
  const folder = join(repo, "environments");
  return listDescriptions(folder).flatMap((name) => {
    const loaded = loadDescription(folder, name);
    return loaded.ok ? [loaded.description] : [];
  });
}
