// The rights that bringing an environment up and deploying into it take in a cluster, by what is described. Pure.
import { prometheusNamespace } from "../../../infra/platforms/kubernetes/prometheus.ts";
import type { Description } from "../../../environments/shape.ts";

export interface Right {
  verb: string;
  group: string;
  /** With its subresource: `pods/log`. */
  resource: string;
  /** Left out for what lies in no namespace. */
  namespace?: string;
}

// The provider watches what it deletes until it is gone: without that it waits ten minutes for each.
const written = ["get", "list", "watch", "create", "patch", "delete"];
const read = ["get", "list"];

/** What each part of a description needs, in the namespace of its own. */
export function rightsOf(description: Description, namespace: string): Right[] {
  const { database, services, edge, kubernetes, alerts } = description;
  const told = alerts.emails.length > 0 || alerts.chat !== undefined;
  const some = Object.values(services);
  const floors = some.some(({ scaling }) => (scaling?.floors.length ?? 0) > 0);
  const scales = some.some(({ scaling }) => scaling !== undefined && scaling.floors.length === 0);
  const kept = database !== undefined && kubernetes.backups !== undefined;
  const parts: [boolean, string, string[], string[]][] = [
    [true, "", ["services", "serviceaccounts", "resourcequotas", "limitranges", "podtemplates"], written],
    [true, "networking.k8s.io", ["networkpolicies"], written],
    [edge !== undefined && kubernetes.ingress !== undefined, "networking.k8s.io", ["ingresses"], written],
    [true, "policy", ["poddisruptionbudgets"], written],
    [true, "argoproj.io", ["rollouts", "analysistemplates"], written],
    [scales, "autoscaling", ["horizontalpodautoscalers"], written],
    [floors, "keda.sh", ["scaledobjects"], written],
    [true, "monitoring.coreos.com", ["servicemonitors", "prometheusrules"], written],
    [told, "monitoring.coreos.com", ["alertmanagerconfigs"], written],
    [database !== undefined, "monitoring.coreos.com", ["podmonitors"], written],
    [database !== undefined, "postgresql.cnpg.io", ["clusters"], written],
    [kept, "postgresql.cnpg.io", ["scheduledbackups"], written],
    [kept, "barmancloud.cnpg.io", ["objectstores"], written],
    // The release plane.
    [true, "", ["configmaps", "secrets"], [...read, "create", "patch", "delete"]],
    [true, "argoproj.io", ["rollouts/status"], ["patch"]],
    [true, "argoproj.io", ["rollouts", "analysisruns"], ["list"]],
    [true, "apps", ["replicasets"], [...read, "delete"]],
    [true, "", ["pods", "events"], read],
  ];
  const inNamespace = parts
    .filter(([needed]) => needed)
    .flatMap(([, group, resources, verbs]) =>
      resources.flatMap((resource) => verbs.map((verb) => ({ verb, group, resource, namespace }))),
    );
  const own = written.map((verb) => ({ verb, group: "", resource: "namespaces" }));
  const metrics = prometheusNamespace(kubernetes.prometheus);
  const proxy = { verb: "get", group: "", resource: "services/proxy", namespace: metrics ?? "" };
  return [...own, ...inNamespace, ...(metrics === undefined ? [] : [proxy])];
}

/** `rollouts.argoproj.io: create, patch; secrets: get` */
export function rightsText(rights: readonly Right[]): string {
  const by = Map.groupBy(rights, ({ group, resource }) => (group === "" ? resource : `${resource}.${group}`));
  return [...by].map(([what, some]) => `${what}: ${some.map(({ verb }) => verb).join(", ")}`).join("; ");
}
