// What the engine asks of a cluster with Argo Rollouts: the words of its driver, and the objects as far as they are read.
import type { KubeObject } from "../../drivers/kube-client.ts";
import type { Deployable } from "../fleet.ts";

export interface PodTemplate {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: Record<string, unknown>;
}

export interface RolloutObject extends KubeObject {
  spec: {
    replicas?: number;
    paused?: boolean;
    template?: PodTemplate;
    progressDeadlineSeconds?: number;
    strategy?: { canary?: { steps?: Step[] } };
  };
  status?: {
    observedGeneration?: string;
    phase?: string;
    message?: string;
    abort?: boolean;
    promoteFull?: boolean;
    currentPodHash?: string;
    stableRS?: string;
    currentStepIndex?: number;
    pauseConditions?: { reason: string }[];
    conditions?: { type: string; status: string; reason: string; message: string }[];
  };
}

/** One step of a canary, as Argo has it: `setWeight` or `analysis`. */
export type Step = { setWeight: number } | { analysis: Record<string, unknown> };

export interface ReplicaSetObject extends KubeObject {
  spec: { replicas?: number; template: PodTemplate };
}

interface ContainerStatus {
  name: string;
  restartCount: number;
  state?: { waiting?: { reason?: string; message?: string } };
}

export interface PodObject extends KubeObject {
  spec: { nodeName?: string };
  status?: {
    phase?: string;
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
    containerStatuses?: ContainerStatus[];
  };
}

export interface AnalysisRunObject extends KubeObject {
  spec?: { args?: { name: string; value?: string }[] };
  status?: {
    phase?: string;
    message?: string;
    metricResults?: {
      name: string;
      phase?: string;
      message?: string;
      consecutiveError?: number;
      measurements?: { phase?: string; value?: string; message?: string }[];
    }[];
  };
}

/** One look at a service in the cluster. */
export interface Snapshot {
  rollout: RolloutObject;
  sets: ReplicaSetObject[];
  pods: PodObject[];
  runs: AnalysisRunObject[];
  /** Hash of the pods' shape that the infra plane wants now. */
  shape: string;
}

/** What the release plane owns in a Rollout; a part that is left out stays as it is. */
export interface Change {
  /** Null: no release. */
  template?: PodTemplate | null;
  steps?: Step[];
  paused?: boolean;
}

/** The way to one service's Rollout. Errors are refusals (E_KUBE…), with what is true now. */
export interface Rollouts {
  /** Undefined: the infra plane has not made it yet. */
  read: () => Promise<Snapshot | undefined>;
  /** Zone by name of the machine. */
  zones: () => Promise<ReadonlyMap<string, string>>;
  /** Sessions by pod. */
  sessions: () => Promise<ReadonlyMap<string, number>>;
  /** Makes everything that the release needs be there (image, config, secrets), and gives its pods' template. */
  render: (deployable: Deployable, signal: AbortSignal) => Promise<PodTemplate>;
  /** Refuses with E_LEASE_LOST where a younger lease has been here: `token` is the lease's. */
  apply: (change: Change, token: number) => Promise<void>;
  /** Asks the API server whether it would take `apply` and `steer`: rights, fields, fence. Changes nothing. */
  rehearse: (change: Change, token: number) => Promise<void>;
  /** A merge patch of the Rollout's status, as `kubectl argo rollouts` does it. Refuses as `apply` does. */
  steer: (status: Record<string, unknown>, token: number) => Promise<void>;
  /** Deletes a ReplicaSet, and with it its pods. Refuses as `apply` does. */
  remove: (replicaSet: string, token: number) => Promise<void>;
  /** Deletes configs and secrets of releases that nothing needs any more. */
  prune: (keep: readonly string[]) => Promise<void>;
}

export const annotation = {
  deployable: "surefoot.dev/deployable",
  shape: "surefoot.dev/shape",
  fence: "surefoot.dev/fence",
  seal: "surefoot.dev/seal",
} as const;
