// Which path of the balancer leads to which service: plain data.
import type { Service } from "../../../environments/shape.ts";

export interface Route {
  service: string;
  /** Smaller comes first: a longer path before a shorter one. */
  priority: number;
  patterns: string[];
  /** Taken off the path before the node sees it; empty where the service knows the whole path. */
  strip: string;
}

// AWS takes at most 50,000.
const LAST = 40_000;

/** Sorted by priority. Services with sessions have no route of their own: players reach them below `/<service>`. */
export function routes(services: readonly Service[]): Route[] {
  const paths = services.map((service) => ({
    service: service.name,
    path: (service.kind === "sessions" ? `/${service.name}` : service.route).replace(/\/+$/, ""),
    strip: service.kind === "sessions" ? `/${service.name}` : "",
  }));
  return paths
    .map(({ service, path, strip }) => {
      const peers = paths.filter((peer) => peer.path.length === path.length).map((peer) => peer.service);
      const priority = LAST - Math.min(path.length, 300) * 100 + peers.toSorted().indexOf(service);
      return { service, priority, patterns: path === "" ? ["/*"] : [path, `${path}/*`], strip };
    })
    .toSorted((a, b) => a.priority - b.priority);
}
