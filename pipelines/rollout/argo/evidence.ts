// What Argo's analysis found, as lines that a person can check: measure by measure, with its value and what is allowed. Pure.
import type { Rollout } from "../../../environments/shape.ts";
import type { AnalysisRunObject } from "./rollouts.ts";

type Result = NonNullable<NonNullable<AnalysisRunObject["status"]>["metricResults"]>[number];
type Policy = Pick<Rollout, "guard" | "judge">;

interface Found {
  result: Result;
  /** Of the run in the background, which counts pods; else of a step, which compares. */
  guard: boolean;
  siblings: readonly Result[];
}

const found = (runs: readonly AnalysisRunObject[]): Found[] =>
  runs.flatMap(({ metadata, status }) => {
    const siblings = status?.metricResults ?? [];
    const guard = metadata.labels?.["step-index"] === undefined;
    return siblings.map((result) => ({ result, guard, siblings }));
  });

/** Every measure that says something, the decisive ones first. */
export function evidenceOf(runs: readonly AnalysisRunObject[], policy: Policy): string[] {
  const rank: Record<string, number> = { Failed: 0, Error: 1, Inconclusive: 2 };
  const lines = found(runs)
    .filter(({ result: { measurements = [] } }) => measurements.length > 0)
    .toSorted((a, b) => (rank[a.result.phase ?? ""] ?? 3) - (rank[b.result.phase ?? ""] ?? 3))
    .flatMap((one) => textOf(one, policy) ?? []);
  return [...new Set(lines)];
}

/** The measure that decided, in one sentence; undefined where none of that phase is there. */
export function decisive(
  runs: readonly AnalysisRunObject[],
  phase: "Failed" | "Inconclusive",
  policy: Policy,
): string | undefined {
  const one = found(runs).find(({ result }) => result.phase === phase);
  return one === undefined ? undefined : textOf(one, policy);
}

/** Why metrics cannot be had, while the last try of any measure failed; undefined while they can. */
export function blindness(runs: readonly AnalysisRunObject[]): string | undefined {
  const blind = found(runs).find(
    ({ result: { consecutiveError = 0, phase } }) => consecutiveError > 0 && phase === "Running",
  )?.result;
  if (blind === undefined) return undefined;
  return blind.measurements?.at(-1)?.message ?? `${blind.name} cannot be measured`;
}

const signed = (value: number, digits = 0): string => `${value >= 0 ? "+" : ""}${value.toFixed(digits)}`;
const percent = (share: number): string => `${signed(share * 100)} %`;
const points = (share: number): string => `${signed(share * 100, 2)} points`;
const pods = (count: number): string => `${count} ${count === 1 ? "pod" : "pods"}`;

const compared: Record<string, (value: number, policy: Policy) => string> = {
  "latency-p95": (value, { judge }) =>
    `latency p95 is ${percent(value)} (allowed ${percent(judge.latencyP95)})`,
  "error-rate": (value, { judge }) => `error rate is ${points(value)} (allowed ${points(judge.errorRate)})`,
  memory: (value, { judge }) => `memory is ${percent(value)} (allowed ${percent(judge.memory)})`,
  traffic: (value) => `${value.toFixed(0)} requests on the updated pods`,
  answering: (value) => `${pods(value)} of the release answer`,
};

function textOf({ result, guard, siblings }: Found, policy: Policy): string | undefined {
  const { name, phase, measurements = [], message } = result;
  const last = measurements.findLast((one) => one.phase === phase) ?? measurements.at(-1);
  const value = numberIn(last?.value);
  if (phase === "Error" || last?.phase === "Error")
    return `${name} could not be measured: ${last?.message ?? message ?? ""}`;
  if (value === undefined) return `${name} could not be decided: there is nothing to measure`;
  if (name === "failed-pods") return phase === "Failed" ? failedText(value, siblings) : undefined;
  if (guard) return value > 0 ? `${pods(value)} beyond the guard ${name}` : undefined;
  return compared[name]?.(value, policy) ?? `${name} is ${value}`;
}

/** Which guards it was, the other results of the same run say. */
function failedText(value: number, siblings: readonly Result[]): string {
  const guards = siblings
    .filter(({ name }) => name !== "failed-pods" && !(name in compared && name !== "memory"))
    .filter(({ measurements = [] }) => measurements.some((one) => (numberIn(one.value) ?? 0) > 0));
  const which = guards.length === 0 ? "" : ` (${guards.map(({ name }) => name).join(", ")})`;
  return `${pods(value)} failed by the guards${which}`;
}

/** Argo writes a vector as `[0.5]`; one that is empty or not a number has no value. */
function numberIn(text = ""): number | undefined {
  const number = /^\[?(-?[\d.]+(?:e[+-]?\d+)?)\]?$/i.exec(text.trim())?.[1];
  return number === undefined ? undefined : Number(number);
}
