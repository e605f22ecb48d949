// What the rollout engine asks of a fleet: the words of its drivers, whatever the platform.
import type { NodeSummary } from "../observe/summary.ts";

/** A release with its config, as it is put on a node. Its id names the folder there: `r2+3fa9c1d2`. */
export interface Deployable {
  id: string;
  release: string;
  digest: string;
  configHash: string;
  config: Record<string, string>;
  start: string;
}

export interface NodeStatus {
  state: "idle" | "starting" | "running" | "stopping" | "stopped" | "down" | "unreachable";
  /** Id of the deployable that the node is switched to, or null. */
  current: string | null;
  restarts: number;
  draining: boolean;
  /** Ids of the deployables kept on the node. */
  retained: string[];
}

/** Where a node's own service answers, past any balancer. */
export interface NodeAddress {
  /** `http://127.0.0.1:4000`; with a socket only its path counts. */
  base: string;
  /** A Unix socket on this machine that leads there. */
  socketPath?: string | undefined;
}

/** One node. Each verb that changes something carries the lease's fencing token; an older token is refused by the node. */
export interface FleetNode {
  readonly name: string;
  readonly zone: string;
  readonly service: string;
  status: () => Promise<NodeStatus>;
  fetch: (token: number, deployable: Deployable) => Promise<void>;
  switch: (token: number, id: string) => Promise<void>;
  clear: (token: number) => Promise<void>;
  start: (token: number) => Promise<void>;
  stop: (token: number) => Promise<void>;
  kill: (token: number) => Promise<void>;
  prune: (token: number, keep: number) => Promise<void>;
  drain: (token: number) => Promise<void>;
  undrain: (token: number) => Promise<void>;
  /** True when the service answers its health check. */
  ready: () => Promise<boolean>;
  /** Sessions or requests that the node still holds; 0 when its service does not run. */
  load: () => Promise<number>;
  /** Where its service answers from here; left out where nodes are not reached from here. Throws NodeTrouble. */
  address?: () => Promise<NodeAddress>;
  close: () => void;
}

export interface Fleet extends Disposable {
  /** The nodes as last read; `refresh` changes the list. */
  nodes: FleetNode[];
  /** Reads again which nodes there are: a group may have replaced one. `whole`: once those that boot are ready too. */
  refresh: (whole?: boolean) => Promise<{ joined: FleetNode[]; left: string[] }>;
  /** Resolves once the balancer sends nothing new to a drained node, or sends again to a ready one; false after `within` seconds. */
  settled: (node: string, draining: boolean, within: number) => Promise<boolean>;
  /** Why the balancer did not do as it was told; undefined where it did, or where nothing is known. */
  complaint?: (node: string) => string | undefined;
}

/** Where metrics come from. Throws when the source is down: that is blindness, not health. */
export interface Metrics {
  summaries: (service: string, fromMs: number, toMs: number) => Promise<NodeSummary[]>;
}

/** A node that could not be talked to, or refused a verb: the node's own trouble, whatever the release. */
export class NodeTrouble extends Error {
  override name = "NodeTrouble";
}
