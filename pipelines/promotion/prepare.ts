// Gets a promotion ready: what runs upstream, may it go on, with which config and from which store. Touches nothing.
import type { Service } from "../../environments/shape.ts";
import { serviceOf } from "../environment/describe.ts";
import type { Workspace } from "../environment/workspace.ts";
import { deployableOf } from "../release/deployable.ts";
import { canaryReach, upstreamReach } from "./contracts/reach.ts";
import { readSamples } from "./contracts/samples.ts";
import { eligible, verifiedAt } from "./eligible.ts";
import type { EligibleFacts } from "./eligible.ts";
import { maskedParity, promotionParity, soakUntil } from "./plan.ts";
import type { PromotionPlan } from "./plan.ts";
import { findRelease } from "./stored.ts";
import type { StoredRelease } from "./stored.ts";
import { upstreamOf } from "./upstream.ts";
import type { Upstream } from "./upstream.ts";

export interface PromotionQuestion {
  service: string;
  /** Without one: what runs upstream. */
  release?: string | undefined;
  hotfix: boolean;
  liftHold: boolean;
}

export interface PreparedPromotion {
  plan: PromotionPlan;
  upstream: Upstream;
  service: Service;
  /** Undefined where there is no release to promote. */
  stored: StoredRelease | undefined;
}

/** Whether, what and how, as plain data; takes no lease and touches no node. Refuses an unknown service or release, and a wrong chain. */
export async function planPromotion(
  workspace: Workspace,
  question: PromotionQuestion,
): Promise<PromotionPlan> {
  return (await preparePromotion(workspace, question)).plan;
}

/** The plan, with what is needed to carry it out. */
export async function preparePromotion(
  workspace: Workspace,
  question: PromotionQuestion,
): Promise<PreparedPromotion> {
  const upstream = upstreamOf(workspace);
  const service = serviceOf(workspace.description, question.service);
  const facts = factsOf(workspace, upstream, question);
  const found = eligible(facts);
  const { release } = found;
  const stored = release === null ? undefined : await findRelease(workspace, upstream, service, release);
  const verified = release === null ? undefined : verifiedAt(facts, release);
  const parity = stored && parityOf(upstream, service, stored);
  const bad = parity?.stops.some(({ rule }) => rule !== "config-only-upstream");
  const samples = readSamples(workspace.repo, service);
  const runs = stored !== undefined && facts.there.current?.digest === stored.manifest.digest;
  const plan: PromotionPlan = {
    service: service.name,
    environment: workspace.name.id,
    upstream: upstream.name.id,
    release,
    from: facts.here.current?.id ?? null,
    to: stored === undefined || bad ? null : deployableOf(stored.manifest, service, workspace.name.id),
    eligible: found,
    sameAlready: !found.ok && found.code === null,
    soak: { seconds: upstream.soak, verifiedAt: verified ?? null, until: soakUntil(verified, upstream.soak) },
    hold: facts.here.hold ?? null,
    parity: parity === undefined ? null : maskedParity(parity),
    copied: stored?.elsewhere !== undefined,
    samples:
      samples.length === 0
        ? null
        : {
            count: samples.length,
            upstream: upstreamReach(upstream.name.id, runs),
            canary: canaryReach(workspace.description, service),
          },
    hotfix: question.hotfix,
  };
  return { plan, upstream, service, stored };
}

/** What the decision is made from, read now. */
export function factsOf(
  { name, pins, clock }: Pick<Workspace, "name" | "pins" | "clock">,
  upstream: Upstream,
  question: PromotionQuestion,
): EligibleFacts {
  return {
    ...question,
    environment: name.id,
    upstream: upstream.name.id,
    there: upstream.pins.of(question.service),
    here: pins.of(question.service),
    now: clock.now(),
    soak: upstream.soak,
  };
}

/** Parity between upstream and here; values as they are. */
export function parityOf(
  { description: { services }, policy }: Upstream,
  service: Service,
  { manifest, record }: Pick<StoredRelease, "manifest" | "record">,
) {
  const described = Object.hasOwn(services, service.name) ? services[service.name] : undefined;
  return promotionParity({ manifest, service, record, described, accept: policy.accept });
}
