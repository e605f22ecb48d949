// One address for the pods of a service, and the account that they run as.
import * as kubernetes from "@pulumi/kubernetes";
import type { Service } from "../../../environments/shape.ts";
import type { Context } from "./context.ts";
import { selectorOf } from "./labels.ts";
import { PORT, PORT_NAME } from "./port.ts";

// Before the first release there are no pods: waiting for an address that answers would fail the update.
export const skipAwait = { "pulumi.com/skipAwait": "true" };

/**
 * Declares both. The address is one for all pods, also where players stay connected: a connection stays with its pod until
 * it ends, a pod that drains gets no new one, and nobody keeps the address of a pod that is gone.
 */
export function address(context: Context, service: Service): void {
  const { description, metadata, options } = context;
  const { name } = service;
  new kubernetes.core.v1.ServiceAccount(
    name,
    // Nothing in a pod speaks to the cluster.
    { metadata: metadata(name, name), automountServiceAccountToken: false },
    options,
  );
  new kubernetes.core.v1.Service(
    name,
    {
      metadata: metadata(name, name, skipAwait),
      spec: {
        type: "ClusterIP",
        selector: selectorOf(description.name, name),
        ports: [{ name: PORT_NAME, port: PORT, targetPort: PORT_NAME, protocol: "TCP" }],
      },
    },
    options,
  );
}
