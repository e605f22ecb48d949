// What a rule over a plan is: what it is given, what it finds, and how it reads inputs that may not be known yet.
import { unknownValue } from "../planned.ts";
import type { PlannedResource } from "../planned.ts";
import type { PolicyContext } from "./context.ts";

export interface Finding {
  /** Path of the input, such as `ingress[0].cidrBlocks`. */
  property: string;
  /** What is wrong, as it would stand after the update. */
  what: string;
  mend: string;
  /** mandatory where left out: the plan is refused. */
  level?: Level;
  /** The value is known only after the update: nothing was judged. */
  unknown?: boolean;
}

export type Level = "mandatory" | "advisory";

export interface Rule {
  /** Permanent, such as `database-public`. */
  code: string;
  what: string;
  check: (resource: PlannedResource, context: PolicyContext) => Finding[];
}

export type Inputs = Record<string, unknown>;

/** A rule's check over what the plan leaves standing of some types; deleted resources and reads are passed over. */
export function standing(
  checks: Record<string, (inputs: Inputs, resource: PlannedResource, context: PolicyContext) => Finding[]>,
): Rule["check"] {
  return (resource, context) => {
    const check = Object.hasOwn(checks, resource.type) ? checks[resource.type] : undefined;
    if (check === undefined || resource.new === null || resource.op === "read") return [];
    return check(resource.new, resource, context);
  };
}

/** True for what nobody can know before the update, and for a secret, which the engine shows to nobody. */
export const unjudgeable = (value: unknown): boolean =>
  value === "[secret]" || (typeof value === "string" && value.includes(unknownValue));

/** The finding for a value that nobody can judge yet: never a silent pass. */
export function notYetKnown(property: string): Finding {
  return {
    property,
    what: "cannot be judged before the update: the value is not known yet",
    mend: "preview again after the update",
    level: "advisory",
    unknown: true,
  };
}

/** One value against one condition: nothing, the finding, or that it is not known yet. */
export function demand(
  inputs: Inputs,
  property: string,
  holds: (value: unknown) => boolean,
  finding: Omit<Finding, "property">,
): Finding[] {
  const value = inputs[property];
  if (unjudgeable(value)) return [notYetKnown(property)];
  return holds(value) ? [] : [{ property, ...finding }];
}

/** Inputs of a provider are strings in one place and booleans in another. */
export const isTrue = (value: unknown): boolean => value === true || value === "true";

export const isObject = (value: unknown): value is Inputs =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The objects of a list; one object alone counts as a list of one. */
export function objects(value: unknown): Inputs[] {
  return (Array.isArray(value) ? value : [value]).filter(isObject);
}

/** The texts of a list; one text alone counts as a list of one. */
export function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === "string");
}
