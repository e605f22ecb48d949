// Whom contract samples are sent to: an environment's edge, or a node where it has no edge of ours; and how a plan says so.
import type { Description, Service } from "../../../environments/shape.ts";
import { joinThrough } from "../../drivers/sample-call.ts";
import type { Workspace } from "../../environment/workspace.ts";
import type { Target } from "./run.ts";

export type Reached = { target: Target } | { why: string };

const joinSeconds = 5;

/** Whoever answers for the service as its users see it; `why` where nobody can be asked from here. */
export async function reachService(
  { name, description, platform }: Pick<Workspace, "name" | "description" | "platform">,
  service: Service,
): Promise<Reached> {
  if (description.platform === "ssh") return reachNode(platform, service);
  if (description.platform === "kubernetes" && service.kind === "sessions")
    return { why: `sessions of ${service.name} have no way in from outside its cluster` };
  // A domain is known without asking the account.
  const domain = description.platform === "aws" ? description.edge?.domain : undefined;
  const edge = domain === undefined ? await platform.edge() : `https://${domain}`;
  if (edge === null) return { why: `${name.id} has no edge, or is not up` };
  const where = `the edge of ${name.id}`;
  if (service.kind === "http") return { target: { where, address: async () => ({ base: edge }) } };
  if (description.platform === "aws") {
    const base = `${edge.replace(/\/+$/, "")}/${service.name}`;
    return { target: { where, address: async () => ({ base }) } };
  }
  const limits = (signal: AbortSignal) => ({ within: joinSeconds, signal });
  return { target: { where, address: (signal) => joinThrough(edge, service.name, limits(signal)) } };
}

/** The balancer is the team's own and not known here: a node that is ready stands for all. */
async function reachNode(platform: Workspace["platform"], service: Service): Promise<Reached> {
  using fleet = await platform.fleet(service);
  for (const node of fleet.nodes) {
    if (node.address === undefined || !(await answers(node))) continue;
    const { address } = node;
    return { target: { where: node.name, address: () => address() } };
  }
  return { why: `no node of ${service.name} answers` };
}

async function answers(node: {
  status: () => Promise<unknown>;
  ready: () => Promise<boolean>;
}): Promise<boolean> {
  try {
    await node.status();
    return await node.ready();
  } catch {
    return false;
  }
}

/** True where no node is reached from this machine: its pods are the cluster's own. */
export function podsOnly(
  { platform }: Pick<Description, "platform">,
  { runs }: Pick<Service, "runs">,
): boolean {
  return platform === "kubernetes" || (platform === "aws" && runs === "pods");
}

/** What a plan says of the samples before a promotion. `runs`: upstream runs this very release. */
export function upstreamReach(upstream: string, runs: boolean): string {
  return runs
    ? `sent to ${upstream} before anything is touched`
    : `not sent to ${upstream}: it does not run this release now`;
}

/** What a plan says of the samples in the first wave. */
export function canaryReach(description: Pick<Description, "platform">, service: Service): string {
  return podsOnly(description, service)
    ? "samples are not run on the canary here: pods are not reached from this machine; they are sent to the edge at the end"
    : "those without side effects are sent to the nodes of the first wave, before it passes";
}
