// A rollout policy as the spec of a Rollout: what infra owns of it, and the steps that a release brings along.
import { nearestWeight } from "../../../environments/canary-weight.ts";
import type { Service } from "../../../environments/shape.ts";
import { nodesAllowedOut } from "../../../environments/waves.ts";
import { templateNames } from "./analysis.ts";
import { graceSeconds } from "./drain.ts";

/** Set on the Rollout by each deploy, in epoch seconds: pods that failed before it are no part of it. */
export const BEGAN = "surefoot.dev/began";

/** Seconds that pulling an image and finding a node may take, on top of what the description allows. */
const PLACING_SECONDS = 60;

type Argument = { name: string } & (
  | { value: string }
  | { valueFrom: { podTemplateHashValue: "Latest" | "Stable" } | { fieldRef: { fieldPath: string } } }
);

// oxlint-disable-next-line typescript/consistent-type-definitions -- an alias fits where any manifest does
type Analysis = { templates: { templateName: string }[]; args: Argument[] };

/** One of `spec.strategy.canary.steps`. */
export type Step = { setWeight: number } | { analysis: Analysis };

/** A wave as the release plane has planned it: pods on the new release when it is done. */
export interface CanaryWave {
  count: number;
  bakeSeconds: number;
  /** The first wave of the rollout is a smoke test: nothing is compared. */
  first: boolean;
}

/** What infra owns of a Rollout's spec, besides replicas and selector: all but template, steps and paused. */
export function rolloutStrategy(service: Service) {
  const { startWithin, retain } = service;
  return {
    revisionHistoryLimit: retain,
    // No minReadySeconds: a ready pod is one that serves, whether it stays so is what bake and guard are for, and going back
    // must be quick. Written as 0 it would be dropped by the controller, and differ in every update.
    // One pod a node: a new pod may have to wait until the sessions of the one before have ended.
    progressDeadlineSeconds: Math.ceil(startWithin + graceSeconds(service) + PLACING_SECONDS),
    progressDeadlineAbort: true,
    // As many runs as the longest rollout has, so that its verdicts are still there when it ends.
    analysis: { successfulRunHistoryLimit: 100, unsuccessfulRunHistoryLimit: 20 },
    strategy: {
      canary: {
        maxSurge: 0,
        maxUnavailable: maxUnavailable(service),
        analysis: { ...analysis(templateNames(service.name).guard), startingStep: 0 },
      },
    },
  };
}

/**
 * A count where the fleet has a fixed size. Where it is scaled, a share of the pods there are: Argo rounds it down, and
 * takes 1 where that is none, as one must be out for anything to change.
 */
export function maxUnavailable({ nodes, scaling, rollout: { minHealthy } }: Service): number | `${number}%` {
  if (scaling === undefined) return Math.max(1, nodesAllowedOut(nodes, minHealthy));
  const percent = nodesAllowedOut(100, minHealthy);
  // 0% beside maxSurge 0 is refused, and 1% would be more than is allowed.
  return percent > 0 ? `${percent}%` : Math.max(1, nodesAllowedOut(scaling.min ?? nodes, minHealthy));
}

/** The steps of a rollout over `nodes` pods, two a wave: its weight, and its analysis. */
export function canarySteps(
  waves: readonly CanaryWave[],
  nodes: number,
  service: Pick<Service, "name">,
): Step[] {
  const names = templateNames(service.name);
  return waves.flatMap(({ count, bakeSeconds, first }) => {
    const { weight } = nearestWeight(count, nodes);
    // After the last wave nothing is left to compare with.
    const template = first || weight === 100 ? names.smoke : names.judge;
    const times = { bake: `${Math.ceil(bakeSeconds)}s`, window: `${windowSeconds(bakeSeconds)}s` };
    return [{ setWeight: weight }, { analysis: analysis(template, times) }];
  });
}

/** What is compared of a bake: not its beginning, as a process that has just started is slower; at most a minute. */
export function windowSeconds(bakeSeconds: number): number {
  return Math.max(1, Math.min(60, Math.floor(bakeSeconds - Math.min(5, bakeSeconds / 4))));
}

function analysis(templateName: string, values: Record<string, string> = {}): Analysis {
  const hash = (name: string, podTemplateHashValue: "Latest" | "Stable"): Argument => ({
    name,
    valueFrom: { podTemplateHashValue },
  });
  return {
    templates: [{ templateName }],
    args: [
      hash("latest-hash", "Latest"),
      hash("stable-hash", "Stable"),
      { name: "began", valueFrom: { fieldRef: { fieldPath: `metadata.annotations['${BEGAN}']` } } },
      ...Object.entries(values).map(([name, value]) => ({ name, value })),
    ],
  };
}
