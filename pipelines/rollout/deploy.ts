// The verb `deploy`: from a release to a verdict, under the lease, with the pin put back when it fails.
import type { Service } from "../../environments/shape.ts";
import type { PinBranch } from "../drivers/pin-commits.ts";
import { held, pinned, verified } from "../drivers/pins.ts";
import { serviceOf } from "../environment/describe.ts";
import { engineOf } from "../environment/engine.ts";
import { takePins } from "../environment/pin-branch.ts";
import type { Workspace } from "../environment/workspace.ts";
import type { HeldLease } from "../lease/lease.ts";
import { recorded } from "../ledger/recorded.ts";
import { differenceText } from "../promotion/contracts/difference.ts";
import { contractsHold } from "../promotion/contracts/hold.ts";
import { mustBeEligible } from "../promotion/gate.ts";
import type { Promoted } from "../promotion/gate.ts";
import { releaseDone } from "../review/begun.ts";
import type { Approved } from "../review/change.ts";
import { passRelease } from "../review/gate.ts";
import type { Progress } from "./context.ts";
import type { Plan } from "./plan.ts";
import { metricsPresent, notFrozen } from "./preflight.ts";
import { prepare, targetOf } from "./prepare.ts";
import type { PrepareOrder } from "./prepare.ts";
import type { Outcome } from "./run.ts";

export interface DeployOrder extends PrepareOrder {
  service: string;
  /** Without one: the pinned release, with the config as described now. */
  release?: string | undefined;
  /** Goes into the ledger. */
  reason: string;
  hotfix: boolean;
  breakGlass: boolean;
  acceptWave: boolean;
  /** Chooses the order of the nodes; by default another for each rollout. */
  seed?: string | undefined;
  /** Pins are taken from this branch again once the lease is held: another run may have moved them until then. */
  pins?: PinBranch | null | undefined;
  /** What `promote` was told; nobody else sets it. */
  promoted?: Promoted | undefined;
  /** So many people have to agree, where the description asks for fewer. */
  people?: number | undefined;
  /** From `up` in this process, which asked for this release as well; without it people are asked for here. */
  approved?: Approved | undefined;
}

export interface DeployResult extends Outcome {
  service: string;
  release: string;
  /** The release that ran before, or null. */
  previous: string | null;
  seconds: number;
  plan: Plan;
  /** What people agreed to; null where nobody had to, or had done so before. */
  approved: Approved | null;
}

interface Watching {
  tell: (progress: Progress) => void;
  signal: AbortSignal;
}

/** Only plans, touching nothing and taking no lease. */
export async function planDeploy(workspace: Workspace, order: DeployOrder): Promise<Plan> {
  const service = serviceOf(workspace.description, order.service);
  using engine = await engineOf(workspace, service);
  const target = await targetOf(workspace, service, order.release);
  return (await prepare(workspace, service, order, { engine, target })).plan;
}

/** Runs the deploy and records it. Refusals are thrown; a release that was rolled back is a result. */
export function deploy(workspace: Workspace, order: DeployOrder, watching: Watching): Promise<DeployResult> {
  const glass = order.breakGlass ? " (glass broken)" : "";
  const what = `deploy ${order.service} ${order.release ?? "as pinned"}${glass}`;
  return recorded(
    workspace,
    { verb: "deploy", service: order.service, what, why: order.reason },
    () => {
      const service = serviceOf(workspace.description, order.service);
      const reason = `deploy ${order.service} ${order.release ?? "as pinned"}`;
      return workspace.underLease(reason, watching.signal, (lease, signal) =>
        deployUnderLease(workspace, service, order, { lease, tell: watching.tell, signal }),
      );
    },
    ({ outcome, release, previous, reason, touchedNodes, seconds, approved }) => ({
      outcome,
      data: { release, previous, reason, touchedNodes, seconds, ...(approved && { approved }) },
    }),
  );
}

async function deployUnderLease(
  workspace: Workspace,
  service: Service,
  order: DeployOrder,
  { lease, tell, signal }: Watching & { lease: HeldLease },
): Promise<DeployResult> {
  const { journal, pins, clock, name, description } = workspace;
  const started = clock.now();
  await takePins(workspace, order.pins ?? null);
  using engine = await engineOf(workspace, service);
  const target = await targetOf(workspace, service, order.release);
  await mustBeEligible(workspace, service, target, order.promoted);
  const { plan, resumed, failed, superseded, before } = await prepare(workspace, service, order, {
    engine,
    target,
  });
  const options = { ...order, freeze: description.freeze };
  notFrozen(workspace, options);
  await metricsPresent(workspace, service, plan);
  // Whole and unchanged, before anything depends on it.
  await workspace.artifacts.get(target.digest);
  const approved = await passRelease(workspace, service.name, target, order);
  if (approved && approved !== order.approved)
    tell({ type: "approved", digest: approved.digest, by: [...approved.by] });
  const way = { workspace, service, plan, lease, tell, signal };
  if (!failed) await engine.ready?.(way);
  if (!resumed)
    await journal.open({
      id: plan.id,
      environment: name.id,
      service: service.name,
      plan: { ...plan, before },
    });
  for (const id of superseded) await journal.close(id, "superseded");
  pins.write(service.name, pinned(before, target, clock.now()));
  tell({ type: "plan", plan, resumed });
  const outcome = failed ? await engine.goBack(way, failed) : await engine.run(way, options);
  const failedNow = outcome.outcome === "rolled-back" || outcome.outcome === "incomplete";
  const { reason } = outcome;
  const { id, release } = target;
  if (failedNow) pins.write(service.name, held(before, { release, id, reason, all: false }, clock.now()));
  const differing = outcome.outcome === "deployed" ? await contractsHold(workspace, service, signal) : [];
  // What is paused or not wholly back is not over: the journal keeps the way on and the way back.
  const over = outcome.outcome === "deployed" || outcome.outcome === "rolled-back";
  if (over) await journal.close(plan.id, outcome.outcome);
  // Last: a run that is killed before it is done once more, and finds nothing left to move.
  if (outcome.outcome === "deployed" && differing.length === 0)
    pins.write(service.name, verified(pins.of(service.name), clock.now()));
  if (outcome.outcome === "deployed") await releaseDone(workspace, service.name, target);
  const previous = plan.previous?.release ?? null;
  const seconds = (clock.now() - started) / 1000;
  const evidence = [...outcome.evidence, ...differing.map(differenceText)];
  const told = { service: service.name, release: target.release, previous, seconds, plan, approved };
  return { ...outcome, evidence, ...told };
}
