// Brings a change to one environment: pins as git has them, plan, review, infra plane, releases wave by wave.
import { systemClock } from "../drivers/clock.ts";
import type { ResourceChange } from "../drivers/stack.ts";
import { keepPins, takePins } from "../environment/pin-branch.ts";
import { up } from "../environment/up.ts";
import type { UpResult } from "../environment/up.ts";
import { openWorkspace } from "../environment/workspace.ts";
import type { Workspace } from "../environment/workspace.ts";
import { Refusal } from "../errors.ts";
import type { Notifier } from "../notify/notifier.ts";
import { notifierOf } from "../notify/open.ts";
import { tellingUp } from "../notify/telling.ts";
import type { Progress } from "../rollout/context.ts";
import { takenBack } from "../rollback/taken-back.ts";
import { judgedLater, reviewed } from "./leg-plan.ts";
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

/** How a leg ended. */
type Ending = Pick<Leg, "outcome" | "reason" | "next">;
/** What was done until then; kept where the leg is refused in its middle. */
type Done = Pick<Leg, "changes" | "releases">;

/** Runs the leg to its end. Throws only when it is interrupted; whatever refuses it is in the result. */
export async function runLeg(order: LegOrder, watching: LegWatching): Promise<Leg> {
  const started = systemClock.now();
  const done: Done = { changes: 0, releases: [] };
  const ending = await whenFree(order, watching, () => carryOut(order, watching, done)).catch(
    (error: unknown) => refused(order, error),
  );
  const seconds = (systemClock.now() - started) / 1000;
  return { environment: order.environment, ...ending, ...done, seconds };
}

function refused(order: LegOrder, error: unknown): Ending {
  if (!(error instanceof Refusal) || error.code === "E_INTERRUPTED") throw error;
  return {
    outcome: saysWait(error) ? "waiting" : "failed",
    reason: [`${error.code} ${error.message}`, ...error.details].join("\n"),
    next: asksPeople(error) ? `${error.next}, then: ${againText(order)}` : error.next,
  };
}

async function carryOut(order: LegOrder, watching: LegWatching, done: Done): Promise<Ending> {
  const { repo, environment, pins } = order;
  using workspace = await openWorkspace(repo, environment);
  await takePins(workspace, pins);
  await using notifier = notifierOf(workspace, { env: process.env, warn: watching.say });
  if (workspace.description.promotion?.automatic === false)
    return {
      outcome: "waiting",
      reason: "promotion.automatic is false: somebody brings changes here",
      next: `surefoot up ${environment}, then: surefoot promote ${environment}`,
    };
  await mustBeNewest(workspace, order.commit);
  await settlePins(workspace, order);
  const plan = await planWithPatience(workspace, order, watching);
  // Begun once more where somebody else was at work: what was done before that stays told.
  done.releases = [...done.releases.filter(({ outcome }) => outcome === "deployed"), ...plan.kept];
  await noteNewest(workspace, order.commit);
  const raised = await raise(workspace, order, { ...watching, plan, notifier });
  done.changes += raised.changes.length;
  const failed = raised.failed.filter((one) => !judgedLater(plan, one));
  if (failed.length > 0) {
    const reason = failed.map(({ node, reason: why }) => `${node}: ${why}`).join("\n");
    return { outcome: "failed", reason, next: `surefoot up ${environment}` };
  }
  for (const release of plan.releases) {
    const { approved } = raised;
    const one = await rollOut(workspace, order, release, { ...watching, notifier, approved });
    done.releases.push(one);
    if (one.outcome !== "deployed") return stopped(environment, one);
  }
  if (done.changes > 0 || done.releases.some(({ outcome }) => outcome === "deployed"))
    return { outcome: "delivered", reason: "", next: "" };
  return { outcome: "unchanged", reason: "nothing to change", next: "" };
}

/** The infra plane, for what is rolled out right after it too. */
function raise(
  workspace: Workspace,
  { environment, reason }: LegOrder,
  { say, signal, plan, notifier }: LegWatching & { plan: LegPlan; notifier: Notifier },
): Promise<UpResult> {
  const change = ({ op, name }: ResourceChange): void => say(`${environment}: ${op} ${name}`);
  return tellingUp({ notifier, environment, change }, (told) =>
    up(workspace, {
      ...told,
      booted: (node, release) => say(`${environment}: ${node} runs ${release}`),
      adopted: (name) => say(`${environment}: found again ${name}`),
      acknowledged: [],
      releases: reviewed(plan),
      reason,
      signal,
    }),
  );
}

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
function stopped(environment: string, { service, outcome, reason, to }: DeliveredRelease): Ending {
  const why = `${service} ${to}: ${reason}`;
  const [again, back] = [
    `surefoot deploy ${environment} ${service}`,
    `surefoot rollback ${environment} ${service}`,
  ];
  switch (outcome) {
    case "paused":
      return { outcome: "paused", reason: why, next: `${again} goes on, ${back} goes back` };
    case "unverified":
      return {
        outcome: "failed",
        reason: why,
        next: `mend it and push again; where the new shape is right: surefoot contracts record ${environment} ${service}, and commit it`,
      };
    case "incomplete":
      return {
        outcome: "rolled-back",
        reason: why,
        next: `surefoot up ${environment}, then: ${back}; or mend it and push again`,
      };
    default:
      return { outcome: "rolled-back", reason: why, next: "mend it and push again" };
  }
}
