// Which releases a change brings to one environment: built here where nothing leads to it, else promoted from the one before.
import type { Service } from "../../environments/shape.ts";
import type { Workspace } from "../environment/workspace.ts";
import { Refusal } from "../errors.ts";
import { keepsBack } from "../drivers/pins.ts";
import { planPromotion } from "../promotion/prepare.ts";
import { notAlike } from "../promotion/refusals.ts";
import { deployableOf, releaseOf } from "../release/deployable.ts";
import { makeRelease } from "../release/make.ts";
import type { Manifest } from "../release/manifest.ts";
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
  /** What does not come: it was rolled back here, or is not let go on. */
  kept: DeliveredRelease[];
  /** When the last of them has soaked, epoch milliseconds; null: all of them may go at once. */
  soaksUntil: number | null;
}

export interface LegPlanning {
  /** False: what is not built yet is refused with E_NO_RELEASE. */
  builds: boolean;
  say: (text: string) => void;
  signal: AbortSignal;
}

/** Plans every service; touches no node. */
export async function planLeg(workspace: Workspace, planning: LegPlanning): Promise<LegPlan> {
  const plan: LegPlan = { releases: [], kept: [], soaksUntil: null };
  for (const service of Object.values(workspace.description.services)) {
    if (workspace.description.promotion === undefined) await planBuilt(workspace, service, plan, planning);
    else await planPromoted(workspace, service, plan);
  }
  return plan;
}

// From a clean commit the same bytes come out whoever builds: its authors answer for it, not who runs this.
const builtBy = "surefoot deliver";

/** The release of that name, built from what is checked out; one that somebody else put there must have the very same bytes. */
async function manifestFor(
  { repo, artifacts, description, name }: Workspace,
  service: Service,
  release: string,
  { builds, say, signal }: LegPlanning,
): Promise<Manifest> {
  const known = (await artifacts.manifests.list(service.name)).find((one) => one.release === release);
  if (known?.builtBy === builtBy) return known;
  if (!builds) throw notBuilt(name.id, service, release);
  say(`${name.id}: builds ${service.name} ${release}`);
  const order = { repo, service, sharing: description, release, set: {}, builtBy, signal };
  return (await makeRelease(order)).manifest;
}

function notBuilt(environment: string, { name }: Service, release: string): Refusal {
  return new Refusal("E_NO_RELEASE", {
    what: `${name} ${release} is not built yet`,
    state: "nothing was touched",
    next: `surefoot deliver ${environment} builds it, and then waits for approval`,
  });
}

async function planBuilt(
  workspace: Workspace,
  service: Service,
  plan: LegPlan,
  planning: LegPlanning,
): Promise<void> {
  const { repo, pins, name } = workspace;
  const release = await releaseNameFor(repo, service);
  if (release === null) return;
  const manifest = await manifestFor(workspace, service, release, planning);
  const pin = pins.of(service.name);
  const target = deployableOf(manifest, service, name.id);
  // A pin that was never verified is of a rollout that did not end: it goes on, or is tried again.
  if (pin.current?.id === target.id && pin.verifiedAt !== undefined) return;
  if (keepsBack(pin.hold, target)) plan.kept.push(held(workspace, service.name, target.id));
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
    const { hold } = workspace.pins.of(service.name);
    if (keepsBack(hold, to)) plan.kept.push(held(workspace, service.name, to.id));
    else plan.releases.push({ service: service.name, from, target: to, promoted: false });
  } else if (eligible.code !== null && release !== null) {
    const outcome = eligible.code === "E_HOLD" ? "held" : "not promoted";
    const reason = `${eligible.why}. Next: ${eligible.next}`;
    plan.kept.push({ service: service.name, from, to: release, outcome, reason });
  }
}

/** What `deploy` may bring all the same, where a person asks for it. */
function held({ name, pins }: Workspace, service: string, to: string): DeliveredRelease {
  const { current, hold } = pins.of(service);
  const next = `surefoot deploy ${name.id} ${service} --release ${releaseOf(to)}`;
  const reason = `${hold?.release} was taken back at ${hold?.since}: ${hold?.reason}. Next: mend it, or: ${next}`;
  return { service, from: current?.id ?? null, to, outcome: "held", reason };
}

/** The releases as they are reviewed, together with the infra plane. */
export function reviewed(plan: LegPlan): Omit<ReviewedRelease, "content">[] {
  return plan.releases.map(({ service, from, target }) => ({
    service,
    from,
    to: target.id,
    digest: target.digest,
  }));
}

/** A node that `up` could not put on the old release may get the new one: its rollout judges how many may be without. Pure. */
export const judgedLater = ({ releases }: Pick<LegPlan, "releases">, failed: { service: string }): boolean =>
  releases.some(({ service }) => service === failed.service);
