// Brings a change to one environment: pins as git has them, plan, review, infra plane, releases wave by wave.
import { systemClock } from "../drivers/clock.ts";
import { pullPins } from "../drivers/pin-commits.ts";
import type { PinBranch } from "../drivers/pin-commits.ts";
import type { ResourceChange } from "../drivers/stack.ts";
import { up } from "../environment/up.ts";
import type { UpResult } from "../environment/up.ts";
import { openWorkspace } from "../environment/workspace.ts";
import type { Workspace } from "../environment/workspace.ts";
import { Refusal } from "../errors.ts";
import { notifierOf } from "../notify/open.ts";
import { tellingUp } from "../notify/telling.ts";
import type { Progress } from "../rollout/context.ts";
import { planLeg, reviewed } from "./leg-plan.ts";
import type { LegPlan } from "./leg-plan.ts";
import type { DeliveredRelease, Leg } from "./result.ts";
import { rollOut } from "./roll-out.ts";

export interface LegOrder {
  repo: string;
  /** `prod` or `local/prod` */
  environment: string;
  /** The branch that pins are read from and committed to; null: they stay in the work tree. */
  pins: PinBranch | null;
  /** Until then soaks are waited for, epoch milliseconds. */
  patientUntil: number;
  /** For the ledger. */
  reason: string;
}

export interface LegWatching {
  say: (text: string) => void;
  tell: (service: string, progress: Progress) => void;
  signal: AbortSignal;
}

const leaseLookSeconds = 2;

// Nothing is wrong and nothing was begun: somebody or some time is waited for.
const patience = new Set([
  "E_APPROVAL_EXPIRED",
  "E_APPROVAL_MISSING",
  "E_APPROVAL_REVOKED",
  "E_APPROVAL_SELF",
  "E_APPROVAL_USED",
  "E_APPROVAL_VOID",
  "E_FROZEN",
  "E_SOAK",
]);

/** Runs the leg to its end. Throws only when it is interrupted; whatever refuses it is in the result. */
export async function runLeg(order: LegOrder, watching: LegWatching): Promise<Leg> {
  const started = systemClock.now();
  const leg: Leg = {
    environment: order.environment,
    outcome: "unchanged",
    reason: "nothing to change",
    next: "",
    changes: 0,
    releases: [],
    seconds: 0,
  };
  try {
    await whenFree(order, watching, () => carryOut(order, watching, leg));
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === "E_INTERRUPTED") throw error;
    leg.outcome = patience.has(error.code) ? "waiting" : "failed";
    leg.reason = [`${error.code} ${error.message}`, ...error.details].join("\n");
    leg.next = error.next;
  }
  return { ...leg, seconds: (systemClock.now() - started) / 1000 };
}

/** Somebody else may be at work there: they end first, for as long as patience lasts. */
async function whenFree(
  { environment, patientUntil }: LegOrder,
  { say, signal }: LegWatching,
  work: () => Promise<void>,
): Promise<void> {
  for (let told = false; ; told = true) {
    try {
      return await work();
    } catch (error) {
      const held = error instanceof Refusal && error.code === "E_LEASE_HELD";
      if (!held || systemClock.now() > patientUntil) throw error;
      if (!told) say(`${environment}: waits: ${error.message}`);
      await systemClock.sleep(leaseLookSeconds, signal);
    }
  }
}

async function carryOut(order: LegOrder, watching: LegWatching, leg: Leg): Promise<void> {
  const { repo, environment, pins } = order;
  if (pins !== null && !environment.startsWith("local/")) await pullPins(repo, pins);
  using workspace = await openWorkspace(repo, environment);
  await using notifier = notifierOf(workspace, { env: process.env, warn: watching.say });
  if (workspace.description.promotion?.automatic === false) {
    leg.outcome = "waiting";
    leg.reason = "promotion.automatic is false: somebody brings changes here";
    leg.next = `surefoot up ${environment}, then: surefoot promote ${environment}`;
    return;
  }
  const plan = await planWithPatience(workspace, order, watching);
  leg.releases.push(...plan.held);
  const change = ({ op, name }: ResourceChange): void => watching.say(`${environment}: ${op} ${name}`);
  const raising = (told: typeof change): Promise<UpResult> =>
    up(workspace, {
      change: told,
      booted: (node, release) => watching.say(`${environment}: ${node} runs ${release}`),
      adopted: (name) => watching.say(`${environment}: found again ${name}`),
      acknowledged: [],
      releases: reviewed(plan),
      reason: order.reason,
      signal: watching.signal,
    });
  const raised = await tellingUp({ notifier, environment, change }, raising);
  leg.changes = raised.changes.length;
  if (raised.failed.length > 0) {
    leg.outcome = "failed";
    leg.reason = raised.failed.map(({ node, reason }) => `${node}: ${reason}`).join("\n");
    leg.next = `surefoot up ${environment}`;
    return;
  }
  for (const release of plan.releases) {
    const done = await rollOut(workspace, order, release, {
      ...watching,
      notifier,
      approved: raised.approved,
    });
    leg.releases.push(done);
    if (done.outcome !== "deployed") return stopped(leg, done);
  }
  if (leg.changes > 0 || plan.releases.length > 0) {
    leg.outcome = "delivered";
    leg.reason = "";
  }
}

function stopped(leg: Leg, { service, outcome, reason, to }: DeliveredRelease): void {
  leg.outcome = outcome === "paused" ? "paused" : "rolled-back";
  leg.reason = `${service} ${to}: ${reason}`;
  leg.next =
    outcome === "paused"
      ? `surefoot deploy ${leg.environment} ${service} goes on, surefoot rollback ${leg.environment} ${service} goes back`
      : "mend it and push again";
}

/** The plan once nothing soaks any more, or as it is when patience ends. */
async function planWithPatience(
  workspace: Workspace,
  { environment, patientUntil }: LegOrder,
  watching: LegWatching,
): Promise<LegPlan> {
  const plan = await planLeg(workspace, { ...watching, builds: true });
  if (plan.soaksUntil === null) return plan;
  const ends = new Date(plan.soaksUntil).toISOString();
  if (plan.soaksUntil > patientUntil)
    throw new Refusal("E_SOAK", {
      what: `what ${environment} would get still soaks until ${ends}`,
      state: "nothing was begun here",
      next: `surefoot deliver ${environment}, once that time has come`,
    });
  watching.say(`${environment}: waits until ${ends}, while its release soaks`);
  await workspace.clock.sleep((plan.soaksUntil - workspace.clock.now()) / 1000, watching.signal);
  return planLeg(workspace, { ...watching, builds: true });
}
