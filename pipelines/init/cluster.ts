// What an environment in a cluster must be told: which cluster, where images go, what they are laid upon, where metrics are. Pure.
import { kubernetesSchema } from "../../environments/kubernetes-shape.ts";
import { namespaceOf } from "../../infra/names.ts";
import type { Answer } from "./answers.ts";
import { valueFor } from "./given.ts";
import type { Given } from "./given.ts";

/** The secret with the certificate of the domain. */
export const TLS_SECRET = "edge-tls";
/** The secret with the keys of the store that backups go to. */
export const BACKUP_SECRET = "backups";

const STANDARD = kubernetesSchema.parse({});

export interface InitCluster {
  /** Empty where it is missing, as are the next two. */
  context: string;
  registry: string;
  base: string;
  /** Left out: the namespace and the address that hold by themselves. */
  namespace: string | undefined;
  prometheus: string | undefined;
  /** Object store that the database is backed up to; undefined: no database is kept. */
  backups: string | undefined;
  ingress: string;
}

/** What was given for one environment. */
export function clusterOf(given: Given, name: string): InitCluster {
  return {
    context: valueFor(given.context, name) ?? "",
    registry: valueFor(given.registry, name) ?? "",
    base: valueFor(given.base, name) ?? "",
    namespace: unless(namespaceOf({ name, kubernetes: STANDARD }), valueFor(given.namespace, name)),
    prometheus: unless(STANDARD.prometheus, valueFor(given.prometheus, name)),
    backups: unless("", valueFor(given.backups, name)),
    ingress: valueFor(given.ingress, name) ?? "nginx",
  };
}

// What holds by itself need not be written, and an empty answer says nothing.
function unless(standard: string, value: string | undefined): string | undefined {
  return value === standard || value === "" ? undefined : value;
}

/** Flags that must be given, one line each: how. */
export function missingCluster(answers: readonly Answer[]): string[] {
  const clusters = answers.flatMap(({ cluster }) => cluster ?? []);
  const how = {
    context: "--context <context> of your kubeconfig, or --context <name>=<context> for each",
    registry: "--registry <registry/path>, where releases are pushed as images",
    base: "--base <image@sha256:…>, which releases are laid upon; `crane digest <image>` tells its digest",
  };
  const keys = ["context", "registry", "base"] as const;
  return keys.filter((key) => clusters.some((cluster) => cluster[key] === "")).map((key) => how[key]);
}

/** Environments that would share a namespace, one line a namespace. */
export function wrongNamespaces(answers: readonly Answer[]): string[] {
  const shared = Map.groupBy(answers, ({ name, cluster }) =>
    JSON.stringify([cluster?.context, namespaceIn({ name, cluster })]),
  );
  return [...shared.values()]
    .filter((same) => same.length > 1)
    .map(
      (same) =>
        `--namespace: ${same.map(({ name }) => name).join(", ")} need one each; {name} in it becomes the name of the environment`,
    );
}

/** The namespace of an environment. */
export function namespaceIn({ name, cluster }: { name: string; cluster?: InitCluster | undefined }): string {
  return cluster?.namespace ?? namespaceOf({ name, kubernetes: STANDARD });
}
