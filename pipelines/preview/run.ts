// A preview from end to end: the engine's plan, the rules over it, what it costs; one document. Nothing is changed.
import type { Description } from "../../environments/shape.ts";
import type { PlannedResource } from "../../infra/planned.ts";
import { policyContext } from "../../infra/policies/context.ts";
import { checkPolicies } from "../../infra/policies/index.ts";
import type { Violation } from "../../infra/policies/index.ts";
import { estimate, whyUnpriced } from "./cost.ts";
import type { Cost } from "./cost.ts";
import { planDiff } from "./plan.ts";
import type { Change, Counts } from "./plan.ts";
import { plainSecrets } from "../masking/plain-secrets.ts";
import { alsoMasking } from "../masking/registered.ts";
import { HeldBack, heldViolations } from "./held-back.ts";
import { maskDocument } from "../masking/masked.ts";

export interface Previewed {
  /** `prod` */
  environment: string;
  description: Description;
  stack: { preview: () => Promise<PlannedResource[]> };
}

export interface PreviewOptions {
  /** The stack is played by the stand-in: no cloud was asked. */
  offline: boolean;
}

export interface Preview {
  environment: string;
  offline: boolean;
  /** refused: a mandatory rule is broken. */
  verdict: "clean" | "changes" | "refused";
  counts: Counts;
  changes: Change[];
  violations: Violation[];
  /** null where nothing of the plan is billed. */
  cost: Cost | null;
  /** Why nothing is priced although it costs something. */
  unpriced: string | null;
  seconds: number;
}

/** Previews an environment. Refuses as the engine does; broken rules, and what is protected and would end, are told in the result. */
export async function preview(
  { environment, description, stack }: Previewed,
  { offline }: PreviewOptions,
): Promise<Preview> {
  const start = performance.now();
  const { resources, held } = await planOf(stack);
  const judged = judgePlan(resources, description);
  const seconds = (performance.now() - start) / 1000;
  if (held === undefined) return { environment, offline, ...judged, seconds };
  const violations = [...heldViolations(held, judged.violations).map(maskDocument), ...judged.violations];
  return { environment, offline, ...judged, verdict: "refused", violations, seconds };
}

async function planOf(stack: Previewed["stack"]): Promise<{ resources: PlannedResource[]; held?: HeldBack }> {
  try {
    return { resources: await stack.preview() };
  } catch (error) {
    if (!(error instanceof HeldBack)) throw error;
    return { resources: error.planned, held: error };
  }
}

/** What people are told of a plan, masked in depth. A plan that was saved is judged in the same way. */
export function judgePlan(
  resources: readonly PlannedResource[],
  description: Description,
  acknowledged: readonly string[] = [],
): Omit<Preview, "environment" | "offline" | "seconds"> {
  return alsoMasking(plainSecrets(resources), () => {
    const { counts, changes } = planDiff(resources);
    const context = policyContext(description, resources, { acknowledged });
    const violations = checkPolicies(resources, context);
    const broken = violations.some(({ level }) => level === "mandatory");
    const verdict = broken ? "refused" : changes.length > 0 ? "changes" : "clean";
    const cost = estimate(resources, description.region) ?? null;
    return maskDocument({ verdict, counts, changes, violations, cost, unpriced: whyUnpriced(resources) });
  });
}
