// Turns plans and ends of promotions into lines of text.
import { printable } from "../ledger/printable.ts";
import { listed } from "../preview/words.ts";
import { outcomeText } from "../rollout/report.ts";
import type { AllPromoted } from "./all.ts";
import type { PromotionPlan } from "./plan.ts";
import type { Promotion } from "./run.ts";

/** A plan as a person reviews it: from, to, whether it may go, hold, config, samples. */
export function promotionPlanText(plan: PromotionPlan): string[] {
  const { service, environment, upstream, release, from, to, eligible, soak, hold, samples } = plan;
  const way = `${from ?? "nothing"} -> ${to?.id ?? release ?? "nothing"}`;
  const lines = [`${environment} ${service}: ${way}, from ${upstream}${plan.hotfix ? ", as a hotfix" : ""}`];
  const verdict = eligible.ok
    ? "may go"
    : plan.sameAlready
      ? "nothing to do"
      : `does not go (${eligible.code})`;
  lines.push(`  ${verdict}${eligible.ok ? "" : `: ${printable(eligible.why)}`}`);
  lines.push(
    soak.verifiedAt === null
      ? `  soak: ${soak.seconds} s, not verified in ${upstream}`
      : `  soak: ${soak.seconds} s, verified since ${soak.verifiedAt}, over at ${soak.until}`,
  );
  if (hold !== null)
    lines.push(
      `  hold: ${hold.all ? "everything" : hold.release} since ${hold.since}: ${printable(hold.reason)}`,
    );
  lines.push(...parityText(plan));
  if (plan.copied) lines.push(`  its artifact is copied from the store of ${upstream}, by digest`);
  if (samples !== null)
    lines.push(`  contract: ${samples.count} samples; ${samples.upstream}; ${samples.canary}`);
  if (plan.hotfix) lines.push("  hotfix: a second person has to agree; wave 1, guards and rollback stay");
  if (!eligible.ok && !plan.sameAlready) lines.push(`Next: ${printable(eligible.next)}`);
  return lines;
}

function parityText({ parity, environment, upstream }: PromotionPlan): string[] {
  if (parity === null) return [];
  const { stops, accepted, onlyHere, differing, stale } = parity;
  const show = (text: string): string => JSON.stringify(printable(text));
  const lines = [
    ...stops.map(({ key, message }) => `  config stops it: ${key}: ${printable(message)}`),
    ...accepted.map(
      ({ key, reason, owner }) =>
        `  config accepted: ${key} is not given here: ${printable(reason)} (${printable(owner)})`,
    ),
    ...differing.map(
      ({ key, there, here }) =>
        `  config differs: ${key}: ${upstream} ${show(there)}, ${environment} ${show(here)}`,
    ),
    ...stale.map(
      ({ key, owner }) =>
        `  warning: promotion.accept names ${key}, which accepts nothing any more (${printable(owner)})`,
    ),
  ];
  return onlyHere.length === 0
    ? lines
    : [...lines, `  config only here: ${listed(onlyHere.map(({ key }) => key))}`];
}

/** What just happened, did it work, what now. */
export function promotionText(promotion: Promotion): string[] {
  const { service, environment, reason, deployed, plan } = promotion;
  if (deployed === null) return [`${service}: nothing to promote: ${printable(reason)}`];
  const [first = "", ...rest] = outcomeText(deployed);
  return [`${first} (${plan.upstream} -> ${environment})`, ...rest];
}

/** The same for all services of an environment. */
export function allText({ environment, promotions, left }: AllPromoted): string[] {
  const lines = [
    ...promotions.flatMap(promotionText),
    ...left.map(({ service, outcome, reason }) => `${service}: ${outcome}: ${printable(reason)}`),
  ];
  return lines.length === 0 ? [`${environment} has no services`] : lines;
}

/** True where nothing is left that should have gone on: a service that upstream does not run has nothing to promote. */
export function allWell({ promotions, left }: AllPromoted): boolean {
  return (
    promotions.every(({ outcome }) => outcome === "deployed" || outcome === "unchanged") &&
    left.every(({ plan }) => plan.release === null)
  );
}
