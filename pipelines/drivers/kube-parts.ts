// The parts that others make and a cluster must hold: by the group of their objects, with the chart that installs each.
import { installCommand } from "../../infra/platforms/kubernetes/charts.ts";

export interface KubePart {
  what: string;
  chart: Parameters<typeof installCommand>[0];
}

const parts = {
  "argoproj.io": { what: "Argo Rollouts", chart: "rollouts" },
  "barmancloud.cnpg.io": { what: "the Barman Cloud plugin of CloudNativePG", chart: "backups" },
  "keda.sh": { what: "KEDA", chart: "keda" },
  "metrics.k8s.io": { what: "metrics-server", chart: "load" },
  "monitoring.coreos.com": { what: "the Prometheus operator", chart: "metrics" },
  "postgresql.cnpg.io": { what: "CloudNativePG", chart: "postgres" },
} satisfies Record<string, KubePart>;

/** The part that brings objects of this group; undefined for a group of Kubernetes itself, or of somebody else's. */
export function partOf(group: string): KubePart | undefined {
  return Object.hasOwn(parts, group) ? parts[group as keyof typeof parts] : undefined;
}

/** The command that installs a part, at the version that we were proven with. */
export const installOf = ({ chart }: KubePart): string => installCommand(chart);
