// Finds what a resource is made of when the plan does not know the link yet: a fleet's launch template, a copy's source. Pure.
import type { PlannedResource } from "../../infra/planned.ts";
import { unknownValue } from "../../infra/planned.ts";

export type Inputs = Record<string, unknown>;

export interface Fleets {
  /** Inputs of the launch template of a group; undefined where it cannot be told. */
  template: (group: PlannedResource) => Inputs | undefined;
  /** Inputs of the database that another one copies. */
  source: (copy: PlannedResource) => Inputs | undefined;
}

/** Looks into one side of a plan: inputs before (`old`) or after (`new`). */
export function fleetsIn(resources: readonly PlannedResource[], side: "old" | "new"): Fleets {
  const of = (type: string, fits: (inputs: Inputs) => boolean): Finder =>
    finder(
      resources.flatMap((one) => {
        const inputs = one.type === type ? one[side] : null;
        return inputs !== null && fits(inputs) ? [{ name: one.name, inputs }] : [];
      }),
    );
  const templates = of("aws:ec2/launchTemplate:LaunchTemplate", () => true);
  const databases = of("aws:rds/instance:Instance", (inputs) => inputs["replicateSourceDb"] === undefined);
  return {
    template: (group) => {
      const link = (group[side]?.["launchTemplate"] ?? {}) as Inputs;
      return templates(group.name, link["name"]);
    },
    source: (copy) => databases(copy.name, copy[side]?.["replicateSourceDb"]),
  };
}

type Finder = (name: string, link: unknown) => Inputs | undefined;

/** By the name in the cloud where it is known, else by the name in the program, else the only one there is. */
function finder(resources: readonly { name: string; inputs: Inputs }[]): Finder {
  const physical = new Map<unknown, Inputs>();
  const logical = new Map<string, Inputs>();
  for (const { name, inputs } of resources) {
    for (const key of ["name", "identifier"])
      if (typeof inputs[key] === "string") physical.set(inputs[key], inputs);
    logical.set(name, inputs);
  }
  const only = resources.length === 1 ? resources[0]?.inputs : undefined;
  return (name, link) =>
    (link === unknownValue ? undefined : physical.get(link)) ?? logical.get(name) ?? only;
}
