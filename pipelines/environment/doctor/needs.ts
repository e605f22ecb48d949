// What a described environment takes from the quotas of its account, fully grown. Pure.
import type { Description } from "../../../environments/shape.ts";
import { gatewayCount, nodeSizes } from "../../../infra/platforms/aws/eks-sizes.ts";
import { onMachines } from "../../../infra/platforms/aws/runs.ts";

/** What is counted; the account has a quota for each. */
export type Counted =
  | "standard vCPUs"
  | "G and VT vCPUs"
  | "P vCPUs"
  | "networks"
  | "groups"
  | "balancers"
  | "databases"
  | "addresses";

export interface Quota {
  counted: Counted;
  /** Codes of Service Quotas. */
  service: string;
  code: string;
}

export const quotas: readonly Quota[] = [
  { counted: "standard vCPUs", service: "ec2", code: "L-1216C47A" },
  { counted: "G and VT vCPUs", service: "ec2", code: "L-DB2E81BA" },
  { counted: "P vCPUs", service: "ec2", code: "L-417A185B" },
  { counted: "networks", service: "vpc", code: "L-F678F1CE" },
  { counted: "groups", service: "autoscaling", code: "L-CDE20ADC" },
  { counted: "balancers", service: "elasticloadbalancing", code: "L-53DA6B97" },
  { counted: "databases", service: "rds", code: "L-7B6409FD" },
  { counted: "addresses", service: "ec2", code: "L-0263D0A3" },
];

export interface Needs {
  /** More than 0 each. */
  amounts: Partial<Record<Counted, number>>;
  /** Types of machine whose quota is not known here, or that the region does not have. */
  unknown: string[];
}

// Machines of the cluster make groups too: each of its node groups is one.
function groupsOf(description: Description): { machine: string; most: number }[] {
  return [
    ...onMachines(description).map(({ machine, nodes, scaling }) => ({
      machine,
      most: Math.max(nodes, scaling?.max ?? 0),
    })),
    ...nodeSizes(description).map(({ machine, max }) => ({ machine, most: max })),
  ];
}

/** Types of machine that the environment is made of, each once. */
export function machinesOf(description: Description): string[] {
  return [...new Set(groupsOf(description).map(({ machine }) => machine))];
}

/** `vcpus` of each type of machine, as the region tells them. Fleets count with all nodes they may grow to. */
export function needsOf(description: Description, vcpus: Record<string, number>): Needs {
  const { services, database } = description;
  const groups = groupsOf(description);
  const amounts: Needs["amounts"] = { networks: 1 };
  const unknown = new Set<string>();
  for (const { machine, most } of groups) {
    const counted = familyOf(machine);
    const each = vcpus[machine];
    if (counted === undefined || each === undefined) unknown.add(machine);
    else amounts[counted] = (amounts[counted] ?? 0) + each * most;
  }
  if (groups.length > 0) amounts.groups = groups.length;
  if (Object.values(services).some(({ kind }) => kind === "http")) amounts.balancers = 1;
  if (database !== undefined) amounts.databases = database.replica ? 2 : 1;
  const addresses = gatewayCount(description);
  if (addresses > 0) amounts.addresses = addresses;
  return { amounts, unknown: [...unknown] };
}

/** Which quota a type of machine counts against; undefined for families with a quota of their own that is not listed. */
export function familyOf(machine: string): Counted | undefined {
  const family = /^[a-z]+/.exec(machine)?.[0] ?? "";
  if (/^(g|gr|vt)$/.test(family)) return "G and VT vCPUs";
  if (family === "p") return "P vCPUs";
  // dl, f, hpc, inf, trn, u and x have their own; mac is sold as hosts.
  return /^(a|c|d|h|i|im|is|m|r|t|z)$/.test(family) ? "standard vCPUs" : undefined;
}
