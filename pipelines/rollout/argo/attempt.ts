// Tells the analysis runs of this try of a release from those of the tries before it. Pure.
import { BEGAN } from "../../../infra/platforms/kubernetes/strategy.ts";
import type { AnalysisRunObject, RolloutObject } from "./rollouts.ts";

/** The newest run of each step and of the background: one that could not decide is followed by another, which replaces it. */
export function runsOfAttempt(
  { metadata }: RolloutObject,
  runs: readonly AnalysisRunObject[],
): AnalysisRunObject[] {
  const began = metadata.annotations?.[BEGAN];
  const own = runs.filter((run) => [undefined, began].includes(beganIn(run))).toSorted(byAge);
  return [...new Map(own.map((run) => [run.metadata.labels?.["step-index"], run])).values()];
}

/** A release that is tried again has the hash it had; each try has its own beginning. */
const beganIn = ({ spec }: AnalysisRunObject): string | undefined =>
  spec?.args?.find(({ name }) => name === "began")?.value;

const numbered = new Intl.Collator("en", { numeric: true });
const age = ({ metadata }: AnalysisRunObject): string => `${metadata.creationTimestamp} ${metadata.name}`;
const byAge = (a: AnalysisRunObject, b: AnalysisRunObject): number => numbered.compare(age(a), age(b));
