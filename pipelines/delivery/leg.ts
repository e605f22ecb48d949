// Brings a change to one environment: pins as git has them, plan, review, infra plane, releases wave by wave.
import { systemClock } from "../drivers/clock.ts";
import type { ResourceChange } from "../drivers/stack.ts";
import { keepPins, takePins } from "../environment/pin-branch.ts";
import { up } from "../environment/up.ts";
import type { UpResult } from "../environment/up.ts";
import { openWorkspace } from "../environment/workspace.ts";
import type { Workspace } from "../environment/workspace.ts";
import { Refusal } from "../errors.ts";
import { notifierOf } from "../notify/open.ts";
import { tellingUp } from "../notify/telling.ts";
import type { Progress } from "../rollout/context.ts";
import { takenBack } from "../rollback/taken-back.ts";
import { reviewed } from "./leg-plan.ts";
import type { LegPlan } from "./leg-plan.ts";
import { mustBeNewest, noteNewest } from "./newest.ts";
import { againText, asksPeople, planWithPatience, saysWait, whenFree } from "./patience.ts";
import type { Patience } from "./patience.ts";
import type { DeliveredRelease, Leg } from "./result.ts";
import { rollOut } from "./roll-out.ts";

export interface LegOrder extends Patience {
  repo: string;
  /** The change: the last commit that did more than move pins. */
  commit: string;
  /** For the ledger. */
  reason: string;
}

export interface LegWatching {
  say: (text: string) => void;
  tell: (service: string, progress: Progress) => void;
  signal: AbortSignal;
}

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
    leg.outcome = saysWait(error) ? "waiting" : "failed";
    leg.reason = [`${error.code} ${error.message}`, ...error.details].join("\n");
    leg.next = asksPeople(error) ? `${error.next}, then: ${againText(order)}` : error.next;
  }
  return { ...leg, seconds: (systemClock.now() - started) / 1000 };
}

async function carryOut(order: LegOrder, watching: LegWatching, leg: Leg): Promise<void> {
  const { repo, environment, pins } = order;
  using workspace = await openWorkspace(repo, environment);
  await takePins(workspace, pins);
  await using notifier = notifierOf(workspace, { env: process.env, warn: watching.say });
  if (workspace.description.promotion?.automatic === false) {
    leg.outcome = "waiting";
    leg.reason = "promotion.automatic is false: somebody brings changes here";
    leg.next = `surefoot up ${environment}, then: surefoot promote ${environment}`;
    return;
  }
  await mustBeNewest(workspace, order.commit);
  await settlePins(workspace, order);
  const plan = await planWithPatience(workspace, order, watching);
  // Begun once more where somebody else was at work: what was done before that stays told.
  leg.releases = [...leg.releases.filter(({ outcome }) => outcome === "deployed"), ...plan.kept];
  await noteNewest(workspace, order.commit);
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
  leg.changes += raised.changes.length;
  const failed = raised.failed.filter(({ node }) => !judgedLater(plan, node));
  if (failed.length > 0) {
    leg.outcome = "failed";
    leg.reason = failed.map(({ node, reason }) => `${node}: ${reason}`).join("\n");
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
  if (leg.changes > 0 || leg.releases.some(({ outcome }) => outcome === "deployed")) {
    leg.outcome = "delivered";
    leg.reason = "";
  }
}

/** A node without the old release may get the new one: its rollout judges how many may be without. */
const judgedLater = ({ releases }: LegPlan, node: string): boolean =>
  releases.some(({ service }) => node.startsWith(`${service}-`));

/** Takes back pins of rollouts that were taken back, where git was not told of it. */
async function settlePins(workspace: Workspace, { pins }: LegOrder): Promise<void> {
  const { name, description } = workspace;
  for (const service of Object.keys(description.services)) {
    const pin = await takenBack(workspace, service);
    if (pin === undefined) continue;
    const { release } = workspace.pins.of(service).current ?? {};
    workspace.pins.write(service, pin);
    const message = `Revert "${name.description}: ${service} ${release}"\n\nIts rollout was taken back.`;
    await keepPins(workspace, pins, message);
  }
}

/** How the leg ends with a release that did not get through. */
function stopped(leg: Leg, { service, outcome, reason, to }: DeliveredRelease): void {
  const { environment } = leg;
  const ends: Record<string, Pick<Leg, "outcome" | "next">> = {
    paused: {
      outcome: "paused",
      next: `surefoot deploy ${environment} ${service} goes on, surefoot rollback ${environment} ${service} goes back`,
    },
    unverified: {
      outcome: "failed",
      next: `mend it and push again; where the new shape is right: surefoot contracts record ${environment} ${service}, and commit it`,
    },
    incomplete: {
      outcome: "rolled-back",
      next: `surefoot up ${environment}, then: surefoot rollback ${environment} ${service}; or mend it and push again`,
    },
  };
  const { outcome: end, next } = ends[outcome] ?? { outcome: "rolled-back", next: "mend it and push again" };
  leg.outcome = end;
  leg.reason = `${service} ${to}: ${reason}`;
  leg.next = next;
}
