// The verb `deploy`: from a release to a verdict, under the lease, with the pin put back when it fails.
import { randomUUID } from "node:crypto";
import type { Service } from "../../environments/shape.ts";
import { pinned } from "../drivers/pins.ts";
import type { Pin } from "../drivers/pins.ts";
import { serviceOf } from "../environment/workspace.ts";
import type { Workspace } from "../environment/workspace.ts";
import { withLease } from "../lease/lease.ts";
import type { HeldLease } from "../lease/lease.ts";
import { deployableOf } from "../release/deployable.ts";
import type { Progress } from "./context.ts";
import { fleetFacts } from "./facts.ts";
import type { Deployable, Fleet } from "./fleet.ts";
import { planRollout } from "./plan.ts";
import type { Plan } from "./plan.ts";
import { metricsPresent, notFrozen, notUp, planRefused, unpinned } from "./preflight.ts";
import { runRollout } from "./run.ts";
import type { Outcome, RunOptions } from "./run.ts";
import { startRun } from "./start.ts";

export interface DeployOrder {
  service: string;
  /** Without one: the pinned release, with the config as described now. */
  release?: string | undefined;
  reason: string;
  hotfix: boolean;
  breakGlass: boolean;
  acceptWave: boolean;
  /** Chooses the order of the nodes; by default another for each rollout. */
  seed?: string | undefined;
}

export interface DeployResult extends Outcome {
  service: string;
  release: string;
  /** The release that ran before, or null. */
  previous: string | null;
  seconds: number;
  plan: Plan;
}

interface Watching {
  tell: (progress: Progress) => void;
  signal: AbortSignal;
}

/** Only plans, touching nothing and taking no lease. */
export async function planDeploy(workspace: Workspace, order: DeployOrder): Promise<Plan> {
  const service = serviceOf(workspace.description, order.service);
  const fleet = workspace.fleet(service);
  try {
    const target = await targetOf(workspace, service, order);
    return (await makePlan(workspace, service, order, { fleet, target })).plan;
  } finally {
    fleet.close();
  }
}

/** Runs the deploy. Refusals are thrown; a release that was rolled back is a result. */
export async function deploy(
  workspace: Workspace,
  order: DeployOrder,
  watching: Watching,
): Promise<DeployResult> {
  const service = serviceOf(workspace.description, order.service);
  const target = await targetOf(workspace, service, order);
  const { name, store, clock, who } = workspace;
  const holder = `${who} pid ${process.pid}`;
  const reason = `deploy ${service.name} ${target.release}`;
  return withLease(
    store,
    clock,
    { environment: name.id, holder, reason, signal: watching.signal },
    (lease, signal) =>
      deployUnderLease(workspace, service, order, { target, lease, tell: watching.tell, signal }),
  );
}

interface Held extends Watching {
  target: Deployable;
  lease: HeldLease;
}

async function deployUnderLease(
  workspace: Workspace,
  service: Service,
  order: DeployOrder,
  { target, lease, tell, signal }: Held,
): Promise<DeployResult> {
  const { journal, pins, clock } = workspace;
  const started = clock.now();
  const fleet = workspace.fleet(service);
  try {
    const { plan, resumed, before } = await makePlan(workspace, service, order, { fleet, target });
    const options: RunOptions = { freeze: workspace.description.freeze, ...order };
    notFrozen(workspace, options);
    await metricsPresent(workspace, service, plan);
    if (!resumed)
      await journal.open({
        id: plan.id,
        environment: plan.environment,
        service: service.name,
        plan: { ...plan, before },
      });
    pins.write(service.name, pinned(before, target));
    tell({ type: "plan", plan, resumed });
    const run = startRun({ workspace, service, plan, fleet, lease, tell, signal });
    const outcome = await runRollout(run, options);
    if (outcome.outcome === "rolled-back") pins.write(service.name, before);
    if (outcome.outcome !== "paused") await journal.close(plan.id, outcome.outcome);
    const previous = plan.previous?.release ?? null;
    const seconds = (clock.now() - started) / 1000;
    return { ...outcome, service: service.name, release: target.release, previous, seconds, plan };
  } finally {
    fleet.close();
  }
}

async function targetOf(workspace: Workspace, service: Service, order: DeployOrder): Promise<Deployable> {
  const release = order.release ?? workspace.pins.of(service.name).current?.release;
  if (release === undefined) throw unpinned(workspace, service);
  const manifest = await workspace.artifacts.manifests.read(service.name, release);
  return deployableOf(manifest, service, workspace.name.id);
}

interface Found {
  fleet: Fleet;
  target: Deployable;
}

interface Made {
  plan: Plan;
  resumed: boolean;
  /** The pin to go back to. */
  before: Pin;
}

/** A new plan from what the nodes say; an unfinished rollout of the same release lends it its id, its order and its way back. */
async function makePlan(
  workspace: Workspace,
  service: Service,
  order: DeployOrder,
  { fleet, target }: Found,
): Promise<Made> {
  const { name, journal, pins, description } = workspace;
  const facts = await fleetFacts(fleet);
  if (facts.length === 0) throw notUp(workspace, service);
  const open = (await journal.unfinished(name.id, service.name)).at(-1);
  const former = open?.plan as (Plan & { before: Pin }) | undefined;
  const resumed = former?.target.id === target.id;
  const steps = resumed && open ? ((await journal.read(open.id))?.steps ?? []) : [];
  const passedWaves = steps.flatMap(({ step, phase, wave }) =>
    step === "verdict" && phase === "pass" && wave ? [wave] : [],
  );
  // An interrupted rollout of another release never became good: what was good before it stays the way back.
  const before = former?.before ?? pins.of(service.name);
  const id = resumed && open ? open.id : randomUUID();
  const planned = planRollout(
    {
      id,
      environment: name.id,
      service: service.name,
      target,
      previous: before.current,
      seed: resumed && former ? former.seed : (order.seed ?? id),
      policy: service.rollout,
      ...(name.local ? { bake: description.rehearsal.bake } : {}),
      hotfix: order.hotfix,
      resumed,
      passedWaves,
    },
    facts,
  );
  if (!planned.ok) throw planRefused(service, planned);
  if (open !== undefined && !resumed) await journal.close(open.id, "superseded");
  return { plan: planned.plan, resumed, before };
}
