// Who may talk to whom: everything is refused that is not named here. Policies add up: a team's own ones open more.
import * as kubernetes from "@pulumi/kubernetes";
import type { Service } from "../../../environments/shape.ts";
import type { Context } from "./context.ts";
import { databasePolicy } from "./database-firewall.ts";
import { DATABASE, POSTGRES_PORT } from "./database-names.ts";
import { labelKeys, selectorOf } from "./labels.ts";
import { everyoneIn, ownServices, tcp } from "./peers.ts";
import type { Peer, Port } from "./peers.ts";
import { PORT } from "./port.ts";
import { prometheusPeers } from "./prometheus.ts";

type Spec = kubernetes.types.input.networking.v1.NetworkPolicySpec;
type Rule = { from?: Peer[]; ports?: Port[] };

/** Declares the policies of the whole namespace, of each service, and of the database where it lies here. */
export function firewall(context: Context, services: readonly Service[]): void {
  policy(context, "environment-deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  policy(context, "environment-names", {
    podSelector: {},
    policyTypes: ["Egress"],
    // The name server of the cluster, and the copy of it that many clusters keep on each machine.
    egress: [
      {
        to: [everyoneIn("kube-system"), { ipBlock: { cidr: "169.254.20.10/32" } }],
        ports: [{ protocol: "UDP", port: 53 }, tcp(53)],
      },
    ],
  });
  for (const service of services)
    policy(context, `service-${service.name}`, servicePolicy(context, service), service.name);
  if (context.description.database !== undefined) policy(context, DATABASE, databasePolicy(context));
}

function servicePolicy(context: Context, service: Service): Spec {
  const { description, outside } = context;
  const database: Peer = { podSelector: { matchLabels: { [labelKeys.database]: DATABASE } } };
  return {
    podSelector: { matchLabels: selectorOf(description.name, service.name) },
    policyTypes: ["Ingress", "Egress"],
    ingress: [callers(context, service)],
    egress: [
      { to: [ownServices(context)], ports: [tcp(PORT)] },
      ...(description.database ? [{ to: [database], ports: [tcp(POSTGRES_PORT)] }] : []),
      ...outside.map(({ cidr, port }) => ({ to: [{ ipBlock: { cidr } }], ports: [tcp(port)] })),
    ],
  };
}

// Players come from anywhere, by whatever a team puts in front. Users come by the ingress only.
function callers(context: Context, service: Service): Rule {
  if (service.kind === "sessions") return { ports: [tcp(PORT)] };
  const { edge, kubernetes: cluster } = context.description;
  const door = edge && cluster.ingress ? [everyoneIn(cluster.ingress.namespace)] : [];
  return { from: [ownServices(context), ...prometheusPeers(context), ...door], ports: [tcp(PORT)] };
}

function policy(context: Context, name: string, spec: Spec, service?: string): void {
  const { metadata, options } = context;
  new kubernetes.networking.v1.NetworkPolicy(name, { metadata: metadata(name, service), spec }, options);
}
