// Waves as weights of Argo Rollouts: which setWeight puts how many pods on the new release, where no router splits the traffic.

/**
 * Pods on the new release at `weight` (0 to 100). Argo's own formula for maxSurge 0: argo-rollouts v1.9.2,
 * utils/replicaset/canary.go, approximateWeightedCanaryStableReplicaCounts.
 */
export function podsAtWeight(weight: number, nodes: number): number {
  if (nodes === 0) return 0;
  const exact = (nodes * weight) / 100;
  const [up, down] = [Math.ceil(exact), Math.floor(exact)];
  // Argo takes the fraction from another order of operations, so that a half is not always seen as one.
  const share = nodes * (weight / 100);
  const tied = share - Math.trunc(share) === 0.5;
  const allOrNone = weight === 100 || weight === 0 || nodes === 1;
  const options: number[] = [];
  if (up < nodes || allOrNone) options.push(up);
  if (!tied && (down !== 0 || allOrNone)) options.push(down);
  const away = (pods: number): number => Math.abs((pods * 100) / nodes - weight);
  // In doubt the first, as Argo does.
  return options.toSorted((a, b) => away(a) - away(b))[0] ?? 0;
}

/** The weight that puts exactly `count` of `nodes` pods on the new release; undefined where a whole percent cannot say it. */
export function weightFor(count: number, nodes: number): number | undefined {
  const nearest = nearestWeight(count, nodes);
  return nearest.count === count ? nearest.weight : undefined;
}

/** The weight that comes nearest to `count` of `nodes` pods, and the pods it really gives; in doubt fewer, never none. */
export function nearestWeight(count: number, nodes: number): { weight: number; count: number } {
  if (count <= 0 || nodes <= 0) return { weight: 0, count: 0 };
  if (count >= nodes) return { weight: 100, count: nodes };
  const exact = (100 * count) / nodes;
  // Neither 0 nor 100: a wave is neither nobody nor everybody.
  const weights = Array.from({ length: 99 }, (_, index) => index + 1);
  const [best] = weights
    .map((weight) => ({ weight, count: podsAtWeight(weight, nodes) }))
    .toSorted(
      (a, b) =>
        Math.abs(a.count - count) - Math.abs(b.count - count) ||
        a.count - b.count ||
        Math.abs(a.weight - exact) - Math.abs(b.weight - exact),
    );
  return best ?? { weight: 0, count: 0 };
}
