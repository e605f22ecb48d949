// How many machines a cluster has, and of what type: plain data, for the program, the estimate of quotas, and whoever asks.
import type { Description, Service } from "../../../environments/shape.ts";
import { mostPods, onPods } from "./runs.ts";

export interface NodeSize {
  /** Name of the group in the program. */
  noun: string;
  machine: string;
  min: number;
  max: number;
  /** Whose pods alone it takes; undefined: what is there for all. */
  service?: Service;
}

/** Argo, KEDA, Prometheus and the like: one of two machines may fail. */
const shared: NodeSize = { noun: "cluster-nodes", machine: "t3.large", min: 2, max: 4 };

/** Groups of machines; none where nothing runs as pods. */
export function nodeSizes(description: Pick<Description, "services" | "zones">): NodeSize[] {
  const services = onPods(description);
  if (services.length === 0) return [];
  return [
    shared,
    ...services.map((service) => {
      const most = mostPods(service);
      // At most one machine a pod; how few carry them is found out by the autoscaler, from what pods ask for.
      const min = Math.min(description.zones.length, most);
      return { noun: `pods-${service.name}`, machine: service.machine, min, max: most, service };
    }),
  ];
}

/** Gateways for what pods fetch from outside, each with an address: one a zone with protection, else one for all. */
export function gatewayCount(description: Pick<Description, "services" | "zones" | "protection">): number {
  if (onPods(description).length === 0) return 0;
  return description.protection ? description.zones.length : 1;
}
