// A Rollout as a cluster would tell it, for tests: pods on two releases, Argo's status, runs of its analysis.
import { labelKeys } from "../../infra/platforms/kubernetes/labels.ts";
import { annotation } from "../../pipelines/rollout/argo/rollouts.ts";
import type {
  AnalysisRunObject,
  PodObject,
  ReplicaSetObject,
  RolloutObject,
  Snapshot,
} from "../../pipelines/rollout/argo/rollouts.ts";

export const shape = "5ha9e5ha9e00";
const idOf = (release: string): string => `${release}+00000000`;

export interface PodChange {
  ready?: boolean;
  restarts?: number;
  waiting?: { reason: string; message?: string };
  leaving?: boolean;
  shape?: string;
}

export function aPod(release: string, index: number, change: PodChange = {}): PodObject {
  const { ready = true, restarts = 0, waiting, leaving = false } = change;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `app-${release}-${index}`,
      labels: { [labelKeys.template]: `hash-${release}` },
      annotations: { [annotation.deployable]: idOf(release), [annotation.shape]: change.shape ?? shape },
      ...(leaving ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {}),
    },
    spec: { nodeName: `machine-${index}` },
    status: {
      phase: "Running",
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
      containerStatuses: [
        { name: "app", restartCount: restarts, ...(waiting ? { state: { waiting } } : {}) },
      ],
    },
  };
}

export const pods = (release: string, count: number, change: PodChange = {}): PodObject[] =>
  Array.from({ length: count }, (_, index) => aPod(release, index, change));

export function aSet(release: string, createdAt: string): ReplicaSetObject {
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `app-hash-${release}`,
      labels: { [labelKeys.template]: `hash-${release}` },
      creationTimestamp: createdAt,
    },
    spec: {
      replicas: 1,
      template: {
        metadata: {
          labels: { [labelKeys.template]: `hash-${release}` },
          annotations: { [annotation.deployable]: idOf(release), [annotation.shape]: shape },
        },
        spec: {},
      },
    },
  };
}

type Metric = NonNullable<NonNullable<AnalysisRunObject["status"]>["metricResults"]>[number];

/** A run of the step with this index; without one, in the background. */
export function aRun(release: string, metrics: Metric[], step?: number): AnalysisRunObject {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "AnalysisRun",
    metadata: {
      name: `app-hash-${release}-${step ?? "background"}`,
      labels: {
        [labelKeys.template]: `hash-${release}`,
        ...(step === undefined ? {} : { "step-index": String(step) }),
      },
    },
    status: { phase: "Running", metricResults: metrics },
  };
}

export interface SnapshotChange {
  status?: RolloutObject["status"];
  pods?: PodObject[];
  runs?: AnalysisRunObject[];
  /** The release that the Rollout is to run. */
  wanted?: string;
  generation?: number;
  waves?: number;
}

/** r1 is stable, r2 is on its way, its controller up to date; but for what is changed. */
export function aSnapshot(change: SnapshotChange = {}): Snapshot {
  const { wanted = "r2", generation = 7, waves = 3 } = change;
  const steps = Array.from({ length: waves }, () => [{ setWeight: 10 }, { analysis: {} }]).flat();
  return {
    rollout: {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Rollout",
      metadata: { name: "app", uid: "1", generation },
      spec: {
        replicas: 10,
        template: aSet(wanted, "").spec.template,
        strategy: { canary: { steps } },
      },
      status: {
        observedGeneration: "7",
        currentPodHash: "hash-r2",
        stableRS: "hash-r1",
        currentStepIndex: 0,
        phase: "Progressing",
        ...change.status,
      },
    },
    sets: [aSet("r1", "2026-01-01T00:00:00Z"), aSet("r2", "2026-01-02T00:00:00Z")],
    pods: change.pods ?? [...pods("r1", 9), ...pods("r2", 1)],
    runs: change.runs ?? [],
    shape,
  };
}
