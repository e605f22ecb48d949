// The order in which nodes are updated: by chance, but the same chance for the same seed, and round the zones in turn.
import { createHash } from "node:crypto";

/** Sorts by a hash of seed and name within each zone, then takes from the zones in turn: no wave empties one zone. */
export function spreadOrder<T extends { name: string; zone: string }>(
  nodes: readonly T[],
  seed: string,
): T[] {
  const rank = (text: string): string => createHash("sha256").update(`${seed}\n${text}`).digest("hex");
  const byRank = <U>(items: readonly U[], text: (item: U) => string): U[] =>
    items
      .map((item) => ({ item, key: rank(text(item)) }))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ item }) => item);
  const zones = byRank([...Map.groupBy(nodes, ({ zone }) => zone)], ([zone]) => zone);
  const queues = zones.map(([, inside]) => byRank(inside, ({ name }) => name));
  const longest = Math.max(0, ...queues.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) => queues.flatMap((queue) => queue[index] ?? [])).flat();
}
