// What a release is given in a cluster, as objects that never change: its config, and the secrets as they were. Pure.
import { createHmac } from "node:crypto";
import { labelsOf } from "../../infra/platforms/kubernetes/labels.ts";
import type { Deployable } from "../rollout/fleet.ts";
import type { KubeObject } from "./kube-client.ts";

export interface ConfigMap extends KubeObject {
  kind: "ConfigMap";
  immutable?: boolean;
  data?: Record<string, string>;
}

export interface Secret extends KubeObject {
  kind: "Secret";
  type?: string;
  immutable?: boolean;
  /** Base64. */
  data?: Record<string, string>;
}

const digits = 12;
// Younger ones may be of a deploy that has made them and is about to name them.
const graceSeconds = 3600;

/** The config of a release. The same config has the same name, so releases share it. */
export function configMapOf(
  service: string,
  environment: string,
  { configHash, config }: Pick<Deployable, "configHash" | "config">,
): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: `${service}-config-${shortForm(configHash)}`,
      labels: labelsOf(environment, service),
    },
    immutable: true,
    data: config,
  };
}

/**
 * The secrets of a service as they are now, so that a release that comes back finds those it ran with. The name is keyed with
 * the live secret's uid: a bare hash could be used to guess a weak secret by who may read pods and no secrets.
 */
export function secretSnapshotOf(
  service: string,
  environment: string,
  live: Pick<Secret, "data"> & { metadata?: { uid?: string } },
): Secret {
  const entries = Object.entries(live.data ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHmac("sha256", live.metadata?.uid ?? "")
    .update(JSON.stringify(entries))
    .digest("hex");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: `${service}-secrets-${shortForm(hash.slice(0, digits))}`,
      labels: labelsOf(environment, service),
    },
    type: "Opaque",
    immutable: true,
    data: Object.fromEntries(entries),
  };
}

/**
 * Names of configs and snapshots of a service that may go: made by us, not kept, and old enough. `keep` holds what ReplicaSets, pods
 * and pins name; `namesIn` gathers it.
 */
export function pruneList(
  service: string,
  environment: string,
  existing: readonly KubeObject[],
  keep: ReadonlySet<string>,
  nowMs: number,
): string[] {
  const ours = Object.entries(labelsOf(environment, service));
  const form = new RegExp(`^${service}-(config|secrets)-[0-9a-f]{${digits}}$`);
  return existing
    .filter(({ metadata: { name, labels, creationTimestamp } }) => {
      const made = Date.parse(creationTimestamp ?? "");
      const isOurs = form.test(name) && ours.every(([key, value]) => labels?.[key] === value);
      return isOurs && !keep.has(name) && nowMs - made > graceSeconds * 1000;
    })
    .map(({ metadata }) => metadata.name)
    .toSorted();
}

/** Every text within objects: whatever is named anywhere in a ReplicaSet or a pod is in use, in fields yet to come too. */
export function namesIn(value: unknown, names = new Set<string>()): Set<string> {
  if (typeof value === "string") names.add(value);
  else if (typeof value === "object" && value !== null)
    for (const one of Object.values(value)) namesIn(one, names);
  return names;
}

/** What finds the objects of a service among those of its namespace. */
export const ownSelector = (service: string, environment: string): string =>
  Object.entries(labelsOf(environment, service))
    .map(([key, value]) => `${key}=${value}`)
    .join(",");

function shortForm(hash: string): string {
  if (hash.length !== digits || /[^0-9a-f]/.test(hash)) throw new Error(`not ${digits} hex digits: ${hash}`);
  return hash;
}
