// One figure of the bench, and how rows become a table for people. Each stands beside its goal, and peers where some can run here.

export interface Row {
  id: string;
  what: string;
  ours: number;
  /** The same work done by others, measured side by side in the same run. */
  peers: Record<string, number>;
  unit: string;
  goal: string;
  holds: boolean;
}

/** A figure that must not be above a limit. */
export function atMost(id: string, what: string, ours: number, limit: number, unit = "s"): Row {
  return { id, what, ours: rounded(ours), peers: {}, unit, goal: `at most ${limit}`, holds: ours <= limit };
}

/** Two series of one run: the ratio of their medians must not be above a limit. */
export function ratioAtMost(
  id: string,
  what: string,
  {
    ours,
    peer,
    name,
    limit,
  }: { ours: readonly number[]; peer: readonly number[]; name: string; limit: number },
): Row {
  const [mine, theirs] = [median(ours), median(peer)];
  return {
    id,
    what: `${what}; median of ${ours.length}`,
    ours: rounded(mine),
    peers: { [name]: rounded(theirs) },
    unit: "s",
    goal: `at most ${limit.toFixed(2)} times ${name}; now ${(mine / theirs).toFixed(3)}`,
    holds: mine / theirs <= limit,
  };
}

/** The middle one, or the mean of the two in the middle. */
export function median(series: readonly number[]): number {
  const sorted = series.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  if (low === undefined || high === undefined) throw new Error("nothing was measured");
  return (low + high) / 2;
}

/** Lines of a table. */
export function tableText(rows: readonly Row[]): string[] {
  const cells = rows.map(({ id, what, ours, peers, unit, goal, holds }) => [
    id,
    what,
    `${ours} ${unit}`,
    Object.entries(peers)
      .map(([name, value]) => `${name}: ${value} ${unit}`)
      .join(", ") || "-",
    goal,
    holds ? "yes" : "NO",
  ]);
  const all = [["id", "what", "ours", "peers", "goal", "holds"], ...cells];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

const rounded = (value: number): number => Number(value.toFixed(2));
