// In which order a change goes through the environments: each after the one that its releases come from. Pure.
import type { Description } from "../../environments/shape.ts";

export type Linked = Pick<Description, "name" | "promotion">;

/** Names in the order of delivery; those that nothing leads to come first, in the order given. One that leads nowhere stands alone. */
export function deliveryOrder(environments: readonly Linked[]): string[] {
  const byName = new Map(environments.map((one) => [one.name, one]));
  const ordered = new Set<string>();
  const visit = (name: string, below: readonly string[]): void => {
    const found = byName.get(name);
    // A circle is complained of by `check`; here it only must not go on for ever.
    if (found === undefined || ordered.has(name) || below.includes(name)) return;
    if (found.promotion !== undefined) visit(found.promotion.after, [...below, name]);
    ordered.add(name);
  };
  for (const { name } of environments) visit(name, []);
  return [...ordered];
}
