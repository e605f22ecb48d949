// Where Prometheus is, as far as its address tells: who may scrape.
import type { Context } from "./context.ts";
import { everyoneIn } from "./peers.ts";
import type { Peer } from "./peers.ts";

/** The namespace in an address such as http://prometheus-operated.monitoring:9090; undefined for one outside the cluster. */
export function prometheusNamespace(address: string): string | undefined {
  const [, namespace, third] = new URL(address).hostname.split(".");
  const inCluster = namespace !== undefined && (third === undefined || third === "svc");
  return inCluster && /^[a-z][a-z0-9-]*$/.test(namespace) ? namespace : undefined;
}

/** Who scrapes: the pods of Prometheus' namespace; where that is not known, any pod of the cluster. */
export function prometheusPeers({ description }: Context): Peer[] {
  const namespace = prometheusNamespace(description.kubernetes.prometheus);
  return [namespace === undefined ? { namespaceSelector: {} } : everyoneIn(namespace)];
}
