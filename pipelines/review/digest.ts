// The digest of a plan: the one text that people sign, equal only for plans that are equal in every part.
import { createHash } from "node:crypto";
import { canonical } from "../canonical.ts";
import type { ChangePlan } from "./change.ts";

export const digestPattern = /^sha256:[0-9a-f]{64}$/;

/** `sha256:...` over the canonical JSON of any plain data. */
export function hashOf(value: unknown): string {
  return `sha256:${createHash("sha256").update(canonical(value)).digest("hex")}`;
}

/**
 * The digest of a plan. What people are shown of properties is left out: `inputs` binds more, and how much is masked there depends on
 * the secrets that a process knows, so two machines would not agree.
 */
export function digestOf(plan: ChangePlan): string {
  const resources = plan.resources.map((resource) => {
    const { properties: _, ...bound } = resource;
    return bound;
  });
  return hashOf({ ...plan, resources });
}
