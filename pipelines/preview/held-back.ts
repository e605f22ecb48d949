// A plan that the engine refuses because something in it is protected: people still want to see the whole of it.
import type { PlannedResource } from "../../infra/planned.ts";
import type { Violation } from "../../infra/policies/index.ts";
import { deletion } from "../../infra/policies/deletion.ts";
import { Refusal } from "../errors.ts";

/** The engine's refusal, with the plan as far as it had got; where something is replaced, what depends on it may be missing. */
export class HeldBack extends Refusal {
  readonly planned: PlannedResource[];

  constructor(refusal: Refusal, planned: PlannedResource[]) {
    const { code, message: what, state, next, details } = refusal;
    super(code, { what, state, next, details }, { cause: refusal.cause });
    this.planned = planned;
  }
}

/** The same error, with the plan where it was refused for what is protected. */
export function withPlan(error: unknown, planned: PlannedResource[]): unknown {
  return error instanceof Refusal && error.code === "E_PROTECTED" ? new HeldBack(error, planned) : error;
}

/** What the engine refuses and no rule has named yet, told as a broken rule. */
export function heldViolations(
  { message, next, planned }: HeldBack,
  known: readonly Violation[],
): Violation[] {
  const ends = known.filter(({ code, level }) => code === deletion.code && level === "mandatory");
  const named = new Set(ends.map(({ urn }) => urn));
  const held = planned.filter(({ op, protect }) => protect && (op === "delete" || op === "replace"));
  const told = held.length > 0 ? held : [{ name: "plan", type: "", urn: "", op: "delete" }];
  return told
    .filter(({ urn }) => !named.has(urn))
    .map(({ name, type, urn, op }) => ({
      code: "protected",
      level: "mandatory",
      resource: name,
      type,
      urn,
      property: "",
      what: op === "replace" ? `${message}; what depends on it may be missing from this plan` : message,
      mend: next,
      unknown: false,
    }));
}
