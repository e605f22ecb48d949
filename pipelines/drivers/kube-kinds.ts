// The kinds of objects that the release plane touches, and where the API server has them.

const kinds = {
  AnalysisRun: ["apis/argoproj.io/v1alpha1", "analysisruns"],
  ConfigMap: ["api/v1", "configmaps"],
  Pod: ["api/v1", "pods"],
  PodTemplate: ["api/v1", "podtemplates"],
  ReplicaSet: ["apis/apps/v1", "replicasets"],
  Rollout: ["apis/argoproj.io/v1alpha1", "rollouts"],
  Secret: ["api/v1", "secrets"],
} as const;

export type Kind = keyof typeof kinds;

/** `/apis/argoproj.io/v1alpha1/namespaces/prod/rollouts/server`; without a name, the list. */
export function kindPath(kind: Kind, namespace: string, name?: string): string {
  const [group, plural] = kinds[kind];
  const path = `/${group}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
  return name === undefined ? path : `${path}/${encodeURIComponent(name)}`;
}

/** Such as `argoproj.io/v1alpha1`, as manifests say it. */
export function apiVersionOf(kind: Kind): string {
  return kinds[kind][0].replace(/^apis?\//, "");
}
