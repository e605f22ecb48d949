// When an environment may be begun: once nobody else is at work there, nothing soaks any more and no freeze is on.
import { systemClock } from "../drivers/clock.ts";
import { pinWords } from "../drivers/pin-commits.ts";
import type { PinBranch } from "../drivers/pin-commits.ts";
import type { Workspace } from "../environment/workspace.ts";
import { Refusal } from "../errors.ts";
import { freezeText, frozen } from "../rollout/freeze.ts";
import { planLeg } from "./leg-plan.ts";
import type { LegPlan } from "./leg-plan.ts";

export interface Patience {
  /** `prod` or `local/prod` */
  environment: string;
  /** The branch that pins are read from and committed to; null: they stay in the work tree. */
  pins: PinBranch | null;
  /** Until then soaks are waited for, and others that are at work; epoch milliseconds. */
  patientUntil: number;
}

export interface Waiting {
  say: (text: string) => void;
  signal: AbortSignal;
}

const leaseLookSeconds = 2;

const people = new Set([
  "E_APPROVAL_EXPIRED",
  "E_APPROVAL_MISSING",
  "E_APPROVAL_REVOKED",
  "E_APPROVAL_SELF",
  "E_APPROVAL_USED",
  "E_APPROVAL_VOID",
]);
const times = new Set(["E_FROZEN", "E_SOAK"]);

/** Whether somebody has to approve it first. */
export const asksPeople = ({ code }: Pick<Refusal, "code">): boolean => people.has(code);

/** Whether nothing is wrong and nothing was begun: somebody or some time is waited for. */
export const saysWait = (refusal: Pick<Refusal, "code">): boolean =>
  asksPeople(refusal) || times.has(refusal.code);

/** The command that delivers the same once more: a push of what is there already is none. */
export function againText({ environment, pins }: Pick<Patience, "environment" | "pins">): string {
  if (pins?.remote === ".") return "git commit --allow-empty -m 'go on', and push that";
  return `surefoot deliver ${environment}${pinWords(pins)}`;
}

/** Somebody else may be at work there: they end first, for as long as patience lasts. */
export async function whenFree<T>(
  { environment, patientUntil }: Patience,
  { say, signal }: Waiting,
  work: () => Promise<T>,
): Promise<T> {
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

/** The plan once nothing soaks any more. Refuses with E_SOAK when patience ends before, and with E_FROZEN. */
export async function planWithPatience(
  workspace: Workspace,
  order: Patience,
  watching: Waiting,
): Promise<LegPlan> {
  const { environment, patientUntil } = order;
  const plan = await planWhileOpen(workspace, order, watching);
  if (plan.soaksUntil === null) return plan;
  const now = workspace.clock.now();
  if (plan.soaksUntil > patientUntil)
    throw new Refusal("E_SOAK", {
      what: `what ${environment} would get still soaks until ${timeText(plan.soaksUntil)}`,
      state: "nothing was begun here",
      next: `${againText(order)}, once that time has come`,
    });
  watching.say(`${environment}: waits ${soakText(plan.soaksUntil, now)} while its release soaks`);
  await workspace.clock.sleep((plan.soaksUntil - now) / 1000, watching.signal);
  return planWhileOpen(workspace, order, watching);
}

/** How long it still soaks, as a person takes it in; both in epoch milliseconds. */
export function soakText(until: number, now: number): string {
  const seconds = Math.max(1, Math.ceil((until - now) / 1000));
  return seconds <= 90 ? `${seconds} s` : `until ${timeText(until)}`;
}

/** Not before that time is over: 2026-11-22 12:56:53 UTC. */
const timeText = (at: number): string =>
  `${new Date(Math.ceil(at / 1000) * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;

async function planWhileOpen(workspace: Workspace, order: Patience, watching: Waiting): Promise<LegPlan> {
  const plan = await planLeg(workspace, { ...watching, builds: true });
  mustBeOpen(workspace, order, plan);
  return plan;
}

/** Asked before the infra plane: what people approved would be used up by it, and the release then refused. */
function mustBeOpen({ description, clock, name }: Workspace, order: Patience, { releases }: LegPlan): void {
  const window = releases.length === 0 ? undefined : frozen(description.freeze, clock.now());
  if (window === undefined) return;
  const verb = description.promotion === undefined ? "deploy" : "promote";
  throw new Refusal("E_FROZEN", {
    what: `${name.id} is frozen: ${freezeText(window)}`,
    state: "nothing was begun here",
    next: `${againText(order)}, once the window has ended; if it cannot wait: surefoot ${verb} ${name.id} <service> --break-glass --reason '<why>'`,
  });
}
