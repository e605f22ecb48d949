// Who may talk to the database, and whom it may call: its other instances, the API server, the store of its backups.
import type * as kubernetes from "@pulumi/kubernetes";
import type { Context } from "./context.ts";
import { DATABASE, METRICS_PORT, OPERATOR_NAMESPACE, POSTGRES_PORT, STATUS_PORT } from "./database-names.ts";
import { labelKeys } from "./labels.ts";
import { everyoneIn, ownServices, tcp } from "./peers.ts";
import { prometheusPeers } from "./prometheus.ts";

/** The policy of its pods. An instance asks the API server who is primary: that one's address is in no selector. */
export function databasePolicy(context: Context): kubernetes.types.input.networking.v1.NetworkPolicySpec {
  const itself = { podSelector: { matchLabels: { [labelKeys.database]: DATABASE } } };
  const operator = everyoneIn(OPERATOR_NAMESPACE);
  const talk = [tcp(POSTGRES_PORT), tcp(STATUS_PORT)];
  return {
    podSelector: itself.podSelector,
    policyTypes: ["Ingress", "Egress"],
    ingress: [
      { from: [ownServices(context)], ports: [tcp(POSTGRES_PORT)] },
      { from: [itself, operator], ports: talk },
      { from: prometheusPeers(context), ports: [tcp(METRICS_PORT)] },
    ],
    egress: [{ to: [itself], ports: talk }, { ports: outwardPorts(context).map(tcp) }],
  };
}

// API servers listen on 443 or 6443, object stores of one's own on any port.
function outwardPorts({ description }: Context): number[] {
  const endpoint = description.kubernetes.backups?.endpoint;
  if (endpoint === undefined) return [443, 6443];
  const { port, protocol } = new URL(endpoint);
  return [...new Set([443, 6443, Number(port) || (protocol === "http:" ? 80 : 443)])];
}
