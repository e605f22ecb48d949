// The verb `promote`: what was verified upstream goes on, after its config and its contract were looked at, in waves.
import type { Workspace } from "../environment/workspace.ts";
import { openWorkspace } from "../environment/workspace.ts";
import { recorded } from "../ledger/recorded.ts";
import type { Progress } from "../rollout/context.ts";
import { deploy } from "../rollout/deploy.ts";
import type { DeployOrder, DeployResult } from "../rollout/deploy.ts";
import { checkSamples } from "./contracts/hold.ts";
import { readSamples } from "./contracts/samples.ts";
import { preparePromotion } from "./prepare.ts";
import type { PreparedPromotion, PromotionQuestion } from "./prepare.ts";
import type { PromotionPlan } from "./plan.ts";
import { notAlike, notEligible, notKept } from "./refusals.ts";
import { bring } from "./stored.ts";
import { whenSoaked } from "./wait.ts";

/** What is handed on to the rollout as it is, and what is asked of the promotion. `hotfix` has a second person agree to it. */
export type PromotionOrder = PromotionQuestion &
  Omit<DeployOrder, "promoted" | "people"> & {
    /** Waits for the soak to end. */
    wait: boolean;
  };

export interface PromotionWatching {
  tell: (progress: Progress) => void;
  /** What happens before the rollout: waiting, samples, copies. */
  say?: (text: string) => void;
  signal: AbortSignal;
}

export interface Promotion {
  service: string;
  environment: string;
  release: string | null;
  /** `unchanged`: it ran here already. */
  outcome: DeployResult["outcome"] | "unchanged";
  reason: string;
  plan: PromotionPlan;
  /** Null where nothing was rolled out. */
  deployed: DeployResult | null;
}

/** Promotes one service and records it. Refusals are thrown; a release that was rolled back here is a result. */
export function promote(
  workspace: Workspace,
  order: PromotionOrder,
  watching: PromotionWatching,
): Promise<Promotion> {
  const how = [order.hotfix && "hotfix", order.liftHold && "hold lifted", order.breakGlass && "glass broken"];
  const marks = how.filter(Boolean).join(", ");
  const what = `promote ${order.service} ${order.release ?? "as it runs upstream"}${marks === "" ? "" : ` (${marks})`}`;
  return recorded(
    workspace,
    { verb: "promote", service: order.service, what, why: order.reason },
    () => carryOut(workspace, order, watching),
    ({ outcome, release, reason, plan: { upstream, from, to } }) => ({
      outcome,
      data: { release, reason, upstream, from, to: to?.id ?? null },
    }),
  );
}

async function carryOut(
  workspace: Workspace,
  order: PromotionOrder,
  watching: PromotionWatching,
): Promise<Promotion> {
  const { clock } = workspace;
  const ask = (release = order.release) => preparePromotion(workspace, { ...order, release });
  const prepared = order.wait ? await whenSoaked(ask, { ...watching, clock }) : await ask();
  const { plan } = prepared;
  const { service, environment, release, eligible, parity } = plan;
  const about = { service, environment, release, plan };
  if (!eligible.ok && eligible.code === null)
    return { ...about, outcome: "unchanged", reason: eligible.why, deployed: null };
  if (!eligible.ok) throw notEligible(eligible, plan);
  if (parity !== null && parity.stops.length > 0) throw notAlike(parity, plan);
  await contractUpstream(workspace, prepared, watching);
  if (prepared.stored?.elsewhere !== undefined) {
    watching.say?.(`copies ${service} ${release} from the store of ${plan.upstream}`);
    await bring(workspace, prepared.upstream, prepared.stored);
  }
  const { hotfix, liftHold } = order;
  const promoted = { hotfix, liftHold };
  const people = hotfix ? Math.max(1, workspace.description.approval.people) : undefined;
  const way = { ...order, release: eligible.release, promoted, people };
  const deployed = await deploy(workspace, way, watching);
  return { ...about, outcome: deployed.outcome, reason: deployed.reason, deployed };
}

/** Sends the contract samples to upstream, where the release runs that is to go on. Refuses with E_CONTRACT. */
async function contractUpstream(
  { repo }: Workspace,
  { plan, upstream, stored, service: here }: PreparedPromotion,
  { say, signal }: PromotionWatching,
): Promise<void> {
  const { service } = plan;
  const described = upstream.description.services[service];
  const runs = upstream.pins.of(service).current?.digest === stored?.manifest.digest;
  if (plan.samples === null || described === undefined || !runs) return;
  using there = await openWorkspace(repo, upstream.name.id);
  const check = await checkSamples(there, described, readSamples(repo, here), signal);
  if (check.differences.length > 0) throw notKept(check.differences, plan);
  say?.(
    check.where === null
      ? `contract samples are not sent to ${plan.upstream}: ${check.why}`
      : `${check.sent.length} contract samples of ${service} hold at ${check.where}`,
  );
}
