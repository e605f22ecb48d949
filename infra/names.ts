// The only place that spells the names of resources: nodes, stacks, the folders of local environments.
import { join } from "node:path";
import type { EnvironmentName } from "../environments/name.ts";
import type { Description } from "../environments/shape.ts";

export const project = "surefoot";

type OnThisMachine = Pick<EnvironmentName, "description" | "local">;

/** Names of a service's nodes, padded so that they sort: `server-01` to `server-50`. */
export function nodeName(service: string, index: number): string {
  return `${service}-${String(index + 1).padStart(2, "0")}`;
}

/** Nodes go round the zones in turn, so that a zone never holds more than its share. */
export function zoneOf(zones: readonly string[], index: number): string {
  return zones[index % zones.length] ?? "a";
}

/** Everything Surefoot keeps outside git lies here. SUREFOOT_STATE: what a push delivers lies where the clone has it too. */
export function stateFolder(repo: string): string {
  return process.env["SUREFOOT_STATE"] ?? join(repo, ".surefoot");
}

/** The folder of an environment on this machine: its nodes, its edge, its watcher. `local/prod` and a real `prod` share nothing. */
export function localRoot(repo: string, { description, local }: OnThisMachine): string {
  return join(stateFolder(repo), local ? "local" : "real", description);
}

/** The namespace that an environment has for itself in a cluster. */
export function namespaceOf({ name, kubernetes }: Pick<Description, "name" | "kubernetes">): string {
  return kubernetes.namespace ?? `${project}-${name}`;
}
