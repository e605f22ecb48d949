// How long a piece of simulated work takes: sampled, not burnt, so that many nodes fit on one small machine.

/** A triangular sample between `least` and `most` milliseconds, times `factor`: mostly near the middle. */
export function sampleWorkMs(least: number, most: number, factor: number): number {
  return (least + ((most - least) * (Math.random() + Math.random())) / 2) * factor;
}

/** A delay for a timer, which knows whole milliseconds only: the fraction is drawn, so that the mean stays right. */
export function wholeMs(ms: number): number {
  return Math.max(0, Math.floor(ms + Math.random()));
}
