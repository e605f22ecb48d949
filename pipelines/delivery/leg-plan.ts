// Which releases a change brings to one environment: built here where nothing leads to it, else promoted from the one before.
import type { Service } from "../../environments/shape.ts";
import type { Workspace } from "../environment/workspace.ts";
import { planPromotion } from "../promotion/prepare.ts";
import { notAlike } from "../promotion/refusals.ts";
import { deployableOf } from "../release/deployable.ts";
import { makeRelease } from "../release/make.ts";
import type { ReviewedRelease } from "../review/change.ts";
import type { Deployable } from "../rollout/fleet.ts";
import { releaseNameFor } from "./source.ts";
import type { DeliveredRelease } from "./result.ts";

export interface PlannedRelease {
  service: string;
  from: string | null;
  target: Deployable;
  /** It comes from the environment before, and its gates are asked again when it is carried out. */
  promoted: boolean;
}

export interface LegPlan {
  releases: PlannedRelease[];
  /** What does not come by itself because it was rolled back here. */
  held: DeliveredRelease[];
  /** When the last of them has soaked, epoch milliseconds; null: all of them may go at once. */
  soaksUntil: number | null;
}

/** Plans every service; builds what is not built yet. Touches no node. */
export async function planLeg(
  workspace: Workspace,
  watching: { say: (text: string) => void; signal: AbortSignal },
): Promise<LegPlan> {
  const plan: LegPlan = { releases: [], held: [], soaksUntil: null };
  for (const service of Object.values(workspace.description.services)) {
    if (workspace.description.promotion === undefined) await planBuilt(workspace, service, plan, watching);
    else await planPromoted(workspace, service, plan);
  }
  return plan;
}

async function planBuilt(
  workspace: Workspace,
  service: Service,
  plan: LegPlan,
  { say, signal }: { say: (text: string) => void; signal: AbortSignal },
): Promise<void> {
  const { repo, artifacts, description, pins, name } = workspace;
  const release = await releaseNameFor(repo, service);
  if (release === null) return;
  const known = (await artifacts.manifests.list(service.name)).find((one) => one.release === release);
  if (known === undefined) say(`${name.id}: builds ${service.name} ${release}`);
  const order = { repo, service, sharing: description, release, set: {}, signal };
  const manifest = known ?? (await makeRelease(order)).manifest;
  const pin = pins.of(service.name);
  const target = deployableOf(manifest, service, name.id);
  // A pin that was never verified is of a rollout that did not end: it goes on, or is tried again.
  if (pin.current?.id === target.id && pin.verifiedAt !== undefined) return;
  if (pin.hold !== undefined && (pin.hold.all || pin.hold.release === release))
    plan.held.push(held(service.name, pin.current?.id ?? null, release, pin.hold.reason));
  else plan.releases.push({ service: service.name, from: pin.current?.id ?? null, target, promoted: false });
}

async function planPromoted(workspace: Workspace, service: Service, plan: LegPlan): Promise<void> {
  const wish = { service: service.name, hotfix: false, liftHold: false };
  const planned = await planPromotion(workspace, wish);
  const { eligible, from, to, release, parity } = planned;
  const soaks = !eligible.ok && eligible.code === "E_SOAK";
  if (eligible.ok || soaks) {
    if (parity !== null && parity.stops.length > 0) throw notAlike(parity, planned);
    if (to !== null) plan.releases.push({ service: service.name, from, target: to, promoted: true });
    if (soaks) plan.soaksUntil = Math.max(plan.soaksUntil ?? 0, Date.parse(eligible.at ?? ""));
  } else if (eligible.code === null && to !== null && to.id !== from) {
    // The same release, with the config as it is described now.
    plan.releases.push({ service: service.name, from, target: to, promoted: false });
  } else if (eligible.code === "E_HOLD") {
    plan.held.push(held(service.name, from, release ?? "", eligible.why));
  }
}

const held = (service: string, from: string | null, to: string, reason: string): DeliveredRelease => ({
  service,
  from,
  to,
  outcome: "held",
  reason,
});

/** The releases as they are reviewed, together with the infra plane. */
export function reviewed(plan: LegPlan): ReviewedRelease[] {
  return plan.releases.map(({ service, from, target }) => ({
    service,
    from,
    to: target.id,
    digest: target.digest,
  }));
}
