// The only place that spells labels in a cluster: whose something is, and by what pods are found.
import { project } from "../../names.ts";

export type Labels = Record<string, string>;

export const labelKeys = {
  managedBy: "app.kubernetes.io/managed-by",
  environment: "app.kubernetes.io/part-of",
  service: "app.kubernetes.io/name",
  /** Set on pods by the release plane: the release that they run. */
  release: `${project}.dev/release`,
  /** Set on pods by Argo Rollouts: which template they are of. */
  template: "rollouts-pod-template-hash",
  /** Set on pods by CloudNativePG: the cluster that they are of. */
  database: "cnpg.io/cluster",
  /** Set on machines by the cloud, and on pods by newer clusters. */
  zone: "topology.kubernetes.io/zone",
  /** Set on namespaces by the API server. */
  namespace: "kubernetes.io/metadata.name",
};

/** Labels of an object of the environment, and of one of its services where that is named. */
export function labelsOf(environment: string, service?: string): Labels {
  return {
    [labelKeys.managedBy]: project,
    [labelKeys.environment]: environment,
    ...(service === undefined ? {} : { [labelKeys.service]: service }),
  };
}

/** What finds the pods of one service. It can never change for a workload that exists. */
export function selectorOf(environment: string, service: string): Labels {
  return { [labelKeys.service]: service, [labelKeys.environment]: environment };
}
