// The way in for users: each service of kind http below its path of one domain.
import * as kubernetes from "@pulumi/kubernetes";
import type { Service } from "../../../environments/shape.ts";
import type { Context } from "./context.ts";
import { PORT_NAME } from "./port.ts";
import { skipAwait } from "./service.ts";

/** Declares it and returns the address; null where the description names no ingress, no domain, or nothing to reach. */
export function ingress(context: Context, services: readonly Service[]): string | null {
  const { edge, kubernetes: cluster } = context.description;
  const reached = services.filter(({ kind }) => kind === "http");
  if (edge === undefined || cluster.ingress === undefined || reached.length === 0) return null;
  const { class: ingressClassName, tlsSecret } = cluster.ingress;
  const paths = reached
    .toSorted((a, b) => b.route.length - a.route.length || (a.name < b.name ? -1 : 1))
    .map(({ name, route }) => ({
      path: route.replace(/(?<=.)\/+$/, ""),
      pathType: "Prefix",
      backend: { service: { name, port: { name: PORT_NAME } } },
    }));
  new kubernetes.networking.v1.Ingress(
    "edge",
    {
      metadata: context.metadata("edge", undefined, skipAwait),
      spec: {
        ingressClassName,
        ...(tlsSecret === undefined ? {} : { tls: [{ hosts: [edge.domain], secretName: tlsSecret }] }),
        rules: [{ host: edge.domain, http: { paths } }],
      },
    },
    context.options,
  );
  return `${tlsSecret === undefined ? "http" : "https"}://${edge.domain}`;
}
