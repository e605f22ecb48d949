// What a described environment takes from the quotas of its account, fully grown. Pure.
import type { Description } from "../../../environments/shape.ts";

/** What is counted; the account has a quota for each. */
export type Counted =
  | "standard vCPUs"
  | "G and VT vCPUs"
  | "P vCPUs"
  | "networks"
  | "groups"
  | "balancers"
  | "databases";

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
];

export interface Needs {
  /** More than 0 each. */
  amounts: Partial<Record<Counted, number>>;
  /** Types of machine whose quota is not known here, or that the region does not have. */
  unknown: string[];
}

/** `vcpus` of each type of machine, as the region tells them. Fleets count with all nodes they may grow to. */
export function needsOf({ services, database }: Description, vcpus: Record<string, number>): Needs {
  const fleets = Object.values(services);
  const amounts: Needs["amounts"] = { networks: 1 };
  const unknown = new Set<string>();
  for (const { machine, nodes, scaling } of fleets) {
    const counted = familyOf(machine);
    const each = vcpus[machine];
    if (counted === undefined || each === undefined) unknown.add(machine);
    else amounts[counted] = (amounts[counted] ?? 0) + each * Math.max(nodes, scaling?.max ?? 0);
  }
  if (fleets.length > 0) amounts.groups = fleets.length;
  if (fleets.some(({ kind }) => kind === "http")) amounts.balancers = 1;
  if (database !== undefined) amounts.databases = database.replica ? 2 : 1;
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
