// `promote` without the name of a service: every service that has something to promote, one after another.
import type { Workspace } from "../environment/workspace.ts";
import type { Telling } from "../notify/telling.ts";
import { rollingOut } from "../notify/rolling-out.ts";
import type { PromotionPlan } from "./plan.ts";
import { planPromotion } from "./prepare.ts";
import { notAlike } from "./refusals.ts";
import { promote } from "./run.ts";
import type { Promotion, PromotionOrder, PromotionWatching } from "./run.ts";

export type AllOrder = Omit<PromotionOrder, "service" | "release">;

/** A service that was left where it is, and why. */
export interface LeftOut {
  service: string;
  outcome: "not-eligible" | "not-begun";
  reason: string;
  next: string;
  plan: PromotionPlan;
}

export interface AllPromoted {
  environment: string;
  promotions: Promotion[];
  left: LeftOut[];
}

/** Plans of all services, in the order of the description. */
export async function planAll(
  workspace: Workspace,
  { hotfix, liftHold }: Pick<AllOrder, "hotfix" | "liftHold">,
): Promise<PromotionPlan[]> {
  const plans: PromotionPlan[] = [];
  for (const service of Object.keys(workspace.description.services))
    plans.push(await planPromotion(workspace, { service, hotfix, liftHold }));
  return plans;
}

/**
 * Promotes them. A config that is not alike refuses all of it, before the first is begun; the first that does not end well keeps
 * those after it where they are. `order.pins`: the branch on which their pins are committed too.
 */
export async function promoteAll(
  workspace: Workspace,
  order: AllOrder,
  watching: PromotionWatching & Pick<Telling, "notifier">,
): Promise<AllPromoted> {
  const plans = await planAll(workspace, order);
  const goes = ({ eligible }: PromotionPlan): boolean =>
    eligible.ok || eligible.code === null || (order.wait && eligible.code === "E_SOAK");
  for (const plan of plans.filter((one) => goes(one) && !one.sameAlready))
    if (plan.parity !== null && plan.parity.stops.length > 0) throw notAlike(plan.parity, plan);
  const result: AllPromoted = { environment: workspace.name.id, promotions: [], left: [] };
  for (const plan of plans) {
    const { service, eligible } = plan;
    const bad = result.promotions.find(({ outcome }) => outcome !== "deployed" && outcome !== "unchanged");
    if (!goes(plan) && !eligible.ok)
      result.left.push({ service, outcome: "not-eligible", reason: eligible.why, next: eligible.next, plan });
    else if (bad !== undefined) {
      const reason = `${bad.service} did not end well (${bad.outcome})`;
      const next = `surefoot promote ${workspace.name.id} ${service}`;
      result.left.push({ service, outcome: "not-begun", reason, next, plan });
    } else {
      const { tell, notifier } = watching;
      const seen = { branch: order.pins ?? null, service, notifier, tell };
      const work = (told: typeof tell) =>
        promote(workspace, { ...order, service }, { ...watching, tell: told });
      result.promotions.push(await rollingOut(workspace, seen, work));
    }
  }
  return result;
}
