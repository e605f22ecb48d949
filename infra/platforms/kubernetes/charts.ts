// What others make and a cluster must hold: each by its chart, at a pinned version, with the settings that we rely on.
import { CATALOG, OPERATOR_NAMESPACE } from "./database-names.ts";

export interface Chart {
  repository: string;
  chart: string;
  version: string;
}

/** By what it is for. One changes by a commit, never by the day on which somebody installs it. */
export const charts = {
  metrics: chart("https://prometheus-community.github.io/helm-charts", "kube-prometheus-stack", "88.5.3"),
  rollouts: chart("https://argoproj.github.io/argo-helm", "argo-rollouts", "2.41.1"),
  load: chart("https://kubernetes-sigs.github.io/metrics-server", "metrics-server", "3.13.1"),
  keda: chart("https://kedacore.github.io/charts", "keda", "2.20.2"),
  postgres: chart("https://cloudnative-pg.github.io/charts", "cloudnative-pg", "0.29.0"),
  certificates: chart("https://charts.jetstack.io", "cert-manager", "v1.21.2"),
  backups: chart("https://cloudnative-pg.github.io/charts", "plugin-barman-cloud", "0.8.1"),
};

/** The controller that waves were proven with: the chart brings 1.9.1, with the same shapes of its objects. */
export const rolloutsTag = "v1.9.2";

// Without these Prometheus picks only the monitors and rules of its own release.
const pickOurs = ["serviceMonitor", "podMonitor", "rule"].map((kind) => `${kind}SelectorNilUsesHelmValues`);

type Name = keyof typeof charts;

/** Where each is installed. Prometheus lies where `kubernetes.prometheus` of a description looks for it by default. */
export const chartNamespaces: Record<Name, string> = {
  metrics: "monitoring",
  rollouts: "argo-rollouts",
  load: "kube-system",
  keda: "keda",
  postgres: OPERATOR_NAMESPACE,
  certificates: "cert-manager",
  // Where the operator is: it looks for plugins nowhere else.
  backups: OPERATOR_NAMESPACE,
};

const settings: Partial<Record<Name, string[]>> = {
  metrics: pickOurs.map((key) => `prometheus.prometheusSpec.${key}=false`),
  rollouts: [`controller.image.tag=${rolloutsTag}`],
  certificates: ["crds.enabled=true"],
};

/** The command that installs it, safe to paste into a shell. `context`: words that name the cluster. */
export function installCommand(name: Name, context: readonly string[] = []): string {
  const { repository, chart: what, version } = charts[name];
  return [
    `helm upgrade --install ${what} ${what} --repo ${repository} --version ${version}`,
    `--namespace ${chartNamespaces[name]} --create-namespace`,
    ...(settings[name] ?? []).map((setting) => `--set ${setting}`),
    ...context,
  ].join(" ");
}

/** The command that adds the list of database images; the operator's project keeps it up to date. */
export function catalogCommand(context: readonly string[] = []): string {
  const lists = "https://raw.githubusercontent.com/cloudnative-pg/artifacts/refs/heads/main/image-catalogs";
  return ["kubectl apply -f", `${lists}/${CATALOG.replace("postgresql", "catalog")}.yaml`, ...context].join(
    " ",
  );
}

function chart(repository: string, name: string, version: string): Chart {
  return { repository, chart: name, version };
}
