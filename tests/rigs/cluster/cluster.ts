// The cluster that tests run on: one of the rig's own, or the one that KUBECONFIG and SUREFOOT_RIG_CONTEXT name.
import { takeExisting } from "./existing.ts";
import type { Kubectl } from "./kubectl.ts";
import type { Network } from "./network.ts";
import { startOwn } from "./own.ts";
import type { Pod } from "./pods.ts";
import type { Processes } from "./processes.ts";
import type { Rule, User } from "./users.ts";

export interface Cluster {
  /** The file, and the only context in it; the token of who may do everything. */
  kubeconfig: string;
  context: string;
  server: string;
  /** Everything of the rig lies below it: logs are `<program>.log`. */
  folder: string;
  /** Runs kubectl as administrator; throws with what it said on stderr. */
  kubectl: Kubectl;
  /** Every pod of the cluster. */
  pods: () => Promise<Pod[]>;
  /** A user who may do what `rules` say, everywhere or in one namespace, with a kubeconfig (and context `name`) of its own. */
  addUser: (name: string, rules: readonly Rule[], namespace?: string) => Promise<User>;
  /** The cluster's network: Prometheus puts itself there. */
  network: Network;
  /** What else a test runs beside it, and is to end with it. */
  processes: Pick<Processes, "start">;
  stopApiserver: () => Promise<void>;
  startApiserver: () => Promise<void>;
  /** Kills the API server and starts it again on the same data; resolves once it serves. */
  restartApiserver: () => Promise<void>;
  /** Kills the controller of Argo Rollouts. */
  stopController: () => Promise<void>;
  startController: () => Promise<void>;
  /** Ends every process and takes the folder away. */
  stop: () => Promise<void>;
}

export interface ClusterOptions {
  nodes?: number;
  /** False: a cluster on which nobody installed Argo Rollouts, neither kinds nor controller. */
  rollouts?: boolean;
}

/** False where the tests run on a cluster of the user's own: what restarts its parts or steers its metrics is to be skipped. */
export const isOwn = process.env["SUREFOOT_RIG_CONTEXT"] === undefined;

/** A cluster that serves: kinds known, nodes ready, controllers at work. Takes some seconds, the first time minutes to build. */
export async function startCluster({ nodes = 50, rollouts = true }: ClusterOptions = {}): Promise<Cluster> {
  return isOwn ? startOwn(nodes, rollouts) : takeExisting();
}
