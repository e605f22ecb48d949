// What stands between a plan and a real environment: the rules over it, and the names of what may go.
import type { Description } from "../../environments/shape.ts";
import type { PlannedResource } from "../../infra/planned.ts";
import type { Platform } from "../drivers/platform.ts";
import type { Stack } from "../drivers/stack.ts";
import { Refusal } from "../errors.ts";
import type { Violation } from "../../infra/policies/index.ts";
import { judgePlan } from "../preview/run.ts";
import type { Approved } from "../review/change.ts";

export interface Gate {
  environment: string;
  acknowledged: readonly string[];
  /** Where the plan is to be held against what is there already. */
  platform?: Pick<Platform, "stands">;
  /** Asks whether people agreed to exactly this plan; undefined where nobody has to. */
  review?: ((planned: readonly PlannedResource[]) => Promise<Approved | null>) | undefined;
}

/**
 * Plans before anything is changed and holds the rules against it: the engine alone would find a broken one half way.
 * Refuses with E_POLICY, E_PROTECTED, for want of approval, or as the engine does. Nodes on this machine or on owned ones are nothing
 * that rules are about. What was approved; null where nobody had to agree.
 */
export async function passGate(
  stack: Stack,
  description: Description,
  { environment, acknowledged, platform, review }: Gate,
): Promise<Approved | null> {
  const ruled = description.platform !== "local" && description.platform !== "ssh";
  if (!ruled && review === undefined) return null;
  const lifted = ruled && acknowledged.length > 0 ? await stack.markProtected(acknowledged, false) : [];
  try {
    const planned = await stack.preview();
    if (ruled) {
      await platform?.stands?.(planned);
      const { violations } = judgePlan(planned, description, acknowledged);
      const broken = violations.filter(({ level }) => level === "mandatory");
      if (broken.length > 0) throw rulesBroken(environment, broken);
    }
    return (await review?.(planned)) ?? null;
  } catch (error) {
    // What may go was lifted for this plan alone.
    if (lifted.length > 0) await stack.markProtected(lifted, true);
    throw error;
  }
}

function rulesBroken(environment: string, broken: readonly Violation[]): Refusal {
  return new Refusal("E_POLICY", {
    what: `the plan for ${environment} breaks ${broken.length === 1 ? "a rule" : `${broken.length} rules`}`,
    state: "nothing was changed",
    next: `mend what is named; surefoot preview ${environment} shows the whole plan`,
    details: broken.map(({ resource, what, mend, code }) => `${resource}: ${what} (${code}). ${mend}`),
  });
}
