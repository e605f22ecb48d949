// The simulated nodes: alike, spread over zones, each with addresses for its pods.

export const zones = ["zone-a", "zone-b", "zone-c"] as const;

/** Manifests of `count` nodes, named `node-01` and on. */
export function nodeManifests(count: number): object[] {
  const room = { cpu: "4", memory: "16Gi", pods: "110" };
  return Array.from({ length: count }, (_, index) => {
    const name = `node-${String(index + 1).padStart(2, "0")}`;
    const labels = {
      "kubernetes.io/hostname": name,
      "kubernetes.io/os": "linux",
      "kubernetes.io/arch": "amd64",
      "topology.kubernetes.io/region": "region",
      "topology.kubernetes.io/zone": zones[index % zones.length],
    };
    return {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name, labels },
      spec: { podCIDR: `10.64.${index}.0/24`, podCIDRs: [`10.64.${index}.0/24`] },
      status: { capacity: room, allocatable: room },
    };
  });
}
