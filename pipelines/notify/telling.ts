// Runs a rollout, a rollback or an up with the chats of its environment told on the way; what it returns or throws stays the same.
import type { UpResult, UpWatching } from "../environment/up.ts";
import { Refusal } from "../errors.ts";
import type { Approved } from "../review/change.ts";
import type { RollbackResult } from "../rollback/deploy.ts";
import type { Progress } from "../rollout/context.ts";
import type { DeployResult } from "../rollout/deploy.ts";
import type { Plan } from "../rollout/plan.ts";
import {
  noticeOfApproved,
  noticeOfFailure,
  noticeOfUp,
  noticeOfUpStarted,
  noticeOfWaiting,
  waitsForPeople,
} from "./environment.ts";
import type { Notifier } from "./notifier.ts";
import { noticeOfOutcome, noticeOfProgress, noticeOfRollback } from "./rollout.ts";

type Tell = (progress: Progress) => void;

export interface Telling {
  notifier: Pick<Notifier, "tell">;
  environment: string;
  service: string;
  /** Told all of it first. */
  tell: Tell;
  /** What an `up` just before was approved for: it has been told. */
  known?: Approved | null | undefined;
}

/** Around `deploy` and `promote`; `null` deployed nothing, and there is nothing to tell. */
export async function tellingRollout<T extends DeployResult | null>(
  { notifier, environment, service, tell, known }: Telling,
  work: (tell: Tell) => Promise<T>,
): Promise<T> {
  let plan: Plan | undefined;
  const watch: Tell = (progress) => {
    tell(progress);
    if (progress.type === "plan") ({ plan } = progress);
    const notice = plan && noticeOfProgress(plan, progress);
    if (notice !== undefined) notifier.tell(notice);
  };
  const result = await failing(
    notifier,
    environment,
    () => work(watch),
    () => {
      const what = `${environment}: deploy ${service} ${plan?.target.release ?? ""}`.trimEnd();
      return plan && { environment, service, what, cause: `rollout ${plan.id}` };
    },
  );
  if (result === null) return result;
  if (result.approved?.digest !== known?.digest) tellApproved(notifier, environment, result.approved);
  notifier.tell(noticeOfOutcome(environment, result));
  return result;
}

/** Around `rollback`. */
export async function tellingRollback(
  { notifier, environment, service, tell }: Telling,
  work: (tell: Tell) => Promise<RollbackResult>,
): Promise<RollbackResult> {
  let begun = false;
  const watch: Tell = (progress) => {
    tell(progress);
    begun = true;
  };
  const what = `${environment}: rollback ${service}`;
  const about = { environment, service, what, cause: `rollback ${environment} ${service}` };
  const result = await failing(
    notifier,
    environment,
    () => work(watch),
    () => (begun ? about : undefined),
  );
  notifier.tell(noticeOfRollback(environment, result));
  return result;
}

/** Around `up`; `change` is to be told each change. */
export async function tellingUp(
  { notifier, environment, change }: Pick<Telling, "notifier" | "environment"> & Pick<UpWatching, "change">,
  work: (change: UpWatching["change"]) => Promise<UpResult>,
): Promise<UpResult> {
  let begun = false;
  const watch: UpWatching["change"] = (one) => {
    if (!begun) notifier.tell(noticeOfUpStarted(environment));
    begun = true;
    change(one);
  };
  const about = { environment, what: `${environment}: up`, cause: `up ${environment}` };
  const result = await failing(
    notifier,
    environment,
    () => work(watch),
    () => (begun ? about : undefined),
  );
  if (result.approved)
    notifier.tell(noticeOfApproved(environment, result.approved.digest, result.approved.by));
  const notice = noticeOfUp(result);
  if (notice !== undefined) notifier.tell(notice);
  return result;
}

function tellApproved(
  notifier: Pick<Notifier, "tell">,
  environment: string,
  approved: Approved | null | undefined,
): void {
  if (approved) notifier.tell(noticeOfApproved(environment, approved.digest, approved.by));
}

/** What waits for people is told to all of them; what was refused before it began only to who typed it. */
async function failing<T>(
  notifier: Pick<Notifier, "tell">,
  environment: string,
  work: () => Promise<T>,
  begun: () => Parameters<typeof noticeOfFailure>[0] | undefined,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const about = begun();
    if (about !== undefined) notifier.tell(noticeOfFailure(about, error));
    else if (error instanceof Refusal && waitsForPeople(error))
      notifier.tell(noticeOfWaiting(environment, error));
    throw error;
  }
}
