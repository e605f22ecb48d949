// Who may be at the other end of a connection, as network policies name them.
import type * as kubernetes from "@pulumi/kubernetes";
import type { Context } from "./context.ts";
import { labelKeys } from "./labels.ts";

export type Peer = kubernetes.types.input.networking.v1.NetworkPolicyPeer;
export type Port = kubernetes.types.input.networking.v1.NetworkPolicyPort;

export const tcp = (port: number): Port => ({ protocol: "TCP", port });

/** All pods of one other namespace. */
export const everyoneIn = (namespace: string): Peer => ({
  namespaceSelector: { matchLabels: { [labelKeys.namespace]: namespace } },
});

/** Pods of the services of this environment, whichever they are. */
export const ownServices = ({ description }: Context): Peer => ({
  podSelector: {
    matchLabels: { [labelKeys.environment]: description.name },
    matchExpressions: [{ key: labelKeys.service, operator: "Exists" }],
  },
});
