// The kinds that others bring to a cluster and that a description needs there: by the group and version that ours are written in. Pure.
import type { Description } from "../../../environments/shape.ts";

export interface NeededKinds {
  group: string;
  version: string;
  kinds: string[];
}

export function neededKinds({ services, database, kubernetes, alerts }: Description): NeededKinds[] {
  const some = Object.values(services);
  const floors = some.some(({ scaling }) => (scaling?.floors.length ?? 0) > 0);
  const scales = some.some(({ scaling }) => scaling !== undefined);
  const told = alerts.emails.length > 0 || alerts.chat !== undefined;
  const data = database !== undefined;
  return [
    { group: "argoproj.io", version: "v1alpha1", kinds: ["Rollout", "AnalysisTemplate", "AnalysisRun"] },
    {
      group: "monitoring.coreos.com",
      version: "v1",
      kinds: ["ServiceMonitor", "PrometheusRule", ...(data ? ["PodMonitor"] : [])],
    },
    ...(told ? [{ group: "monitoring.coreos.com", version: "v1alpha1", kinds: ["AlertmanagerConfig"] }] : []),
    // By it the load of pods is known.
    ...(scales ? [{ group: "metrics.k8s.io", version: "v1beta1", kinds: ["PodMetrics"] }] : []),
    ...(floors ? [{ group: "keda.sh", version: "v1alpha1", kinds: ["ScaledObject"] }] : []),
    ...(data
      ? [
          {
            group: "postgresql.cnpg.io",
            version: "v1",
            kinds: [
              "Cluster",
              "ClusterImageCatalog",
              ...(kubernetes.backups === undefined ? [] : ["ScheduledBackup"]),
            ],
          },
          ...(kubernetes.backups === undefined
            ? []
            : [{ group: "barmancloud.cnpg.io", version: "v1", kinds: ["ObjectStore"] }]),
        ]
      : []),
  ];
}
