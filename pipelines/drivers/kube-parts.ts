// The parts that others make and a cluster must hold: by the group of their objects, with the chart that installs each.

export interface KubePart {
  what: string;
  /** Namespace of a usual install. */
  namespace: string;
  /** Chart and its repository's name, as their projects publish them. */
  chart: string;
}

const parts = {
  "argoproj.io": { what: "Argo Rollouts", namespace: "argo-rollouts", chart: "argo/argo-rollouts" },
  "barmancloud.cnpg.io": {
    what: "the Barman Cloud plugin of CloudNativePG",
    namespace: "cnpg-system",
    chart: "cnpg/plugin-barman-cloud",
  },
  "keda.sh": { what: "KEDA", namespace: "keda", chart: "kedacore/keda" },
  "metrics.k8s.io": {
    what: "metrics-server",
    namespace: "kube-system",
    chart: "metrics-server/metrics-server",
  },
  "monitoring.coreos.com": {
    what: "the Prometheus operator",
    namespace: "monitoring",
    chart: "prometheus-community/kube-prometheus-stack",
  },
  "postgresql.cnpg.io": {
    what: "CloudNativePG",
    namespace: "cnpg-system",
    chart: "cnpg/cloudnative-pg",
  },
} satisfies Record<string, KubePart>;

export type PartGroup = keyof typeof parts;

/** The part that brings objects of this group; undefined for a group of Kubernetes itself, or of somebody else's. */
export function partOf(group: string): KubePart | undefined {
  return Object.hasOwn(parts, group) ? parts[group as PartGroup] : undefined;
}

/** The command that installs a part. */
export function installOf({ chart, namespace }: KubePart): string {
  return `helm upgrade --install ${chart.split("/")[1]} ${chart} --namespace ${namespace} --create-namespace`;
}
