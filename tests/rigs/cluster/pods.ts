// The pods of a cluster, in the few fields that the rig and its tests look at.

export interface Pod {
  name: string;
  namespace: string;
  node: string | undefined;
  address: string | undefined;
  phase: string;
  ready: boolean;
  /** Is to go, and not gone yet. */
  going: boolean;
  restarts: number;
  labels: Record<string, string>;
}

/** From the API server's list of pods. */
export function podsOf(list: { items: any[] }): Pod[] {
  return list.items.map(({ metadata, spec, status }) => ({
    name: metadata.name,
    namespace: metadata.namespace,
    node: spec.nodeName,
    address: status.podIP,
    phase: status.phase,
    ready: (status.conditions ?? []).some((one: any) => one.type === "Ready" && one.status === "True"),
    going: metadata.deletionTimestamp !== undefined,
    restarts: (status.containerStatuses ?? []).reduce((sum: number, one: any) => sum + one.restartCount, 0),
    labels: metadata.labels ?? {},
  }));
}
