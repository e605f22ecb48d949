// What waves and minHealthy mean in nodes: the only place that rounds them, for the rules here and for the rollout plan.
export type Wave = number | { share: number };

// 0.07 * 100 is 7.000000000000001 and 50 * (1 - 0.9) is 4.999999999999999: neither may cost or gain a node.
const ROUNDING = 1e-9;

/** Nodes on the new release when the wave is done, counted from the start of the rollout; shares round up. */
export function waveNodes(wave: Wave, nodes: number): number {
  return typeof wave === "number" ? wave : Math.ceil(wave.share * nodes - ROUNDING);
}

/** How many nodes may be out of service at the same time; rounds down. */
export function nodesAllowedOut(nodes: number, minHealthy: number): number {
  return Math.floor(nodes * (1 - minHealthy) + ROUNDING);
}

/** Writes a wave as in the description: `5` or `30%`. */
export function waveText(wave: Wave): string {
  return typeof wave === "number" ? String(wave) : percentText(wave.share);
}

/** Writes a fraction as a percentage, at most two decimals: 0.3 is `30%`. */
export function percentText(fraction: number): string {
  return `${Math.round(fraction * 10_000) / 100}%`;
}

export interface FleetPolicy {
  waves: Wave[];
  failureBudget: number;
  minHealthy: number;
}

/** What a rollout does where the description is silent. A small fleet cannot follow the policy of a large one. */
export function policyForFleet(nodes: number): FleetPolicy {
  return {
    waves: wavesForFleet(nodes),
    failureBudget: Math.min(3, nodes - 1),
    minHealthy: nodes >= 10 ? 0.9 : (nodes - 1) / nodes,
  };
}

function wavesForFleet(nodes: number): Wave[] {
  const all = { share: 1 };
  if (nodes === 1) return [all];
  if (nodes === 2) return [1, all];
  if (nodes < 20) return [1, { share: 0.5 }, all];
  return [1, 5, { share: 0.3 }, all];
}
