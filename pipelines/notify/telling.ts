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
}

/** Around `deploy` and `promote`; where nothing was deployed there is nothing to tell. */
export async function tellingRollout<T extends { deployed: DeployResult | null }>(
  { notifier, environment, service, tell }: Telling,
  work: (tell: Tell) => Promise<T>,
): Promise<T> {
  let plan: Plan | undefined;
  const watch: Tell = (progress) => {
    tell(progress);
    if (progress.type === "approved")
      notifier.tell(noticeOfApproved(environment, progress.digest, progress.by));
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
  if (result.deployed !== null) notifier.tell(noticeOfOutcome(environment, result.deployed));
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
  work: (told: Required<Pick<UpWatching, "change" | "approved">>) => Promise<UpResult>,
): Promise<UpResult> {
  let begun = false;
  const watch: UpWatching["change"] = (one) => {
    if (!begun) notifier.tell(noticeOfUpStarted(environment));
    begun = true;
    change(one);
  };
  const approved = ({ digest, by }: Approved): void =>
    notifier.tell(noticeOfApproved(environment, digest, by));
  const about = { environment, what: `${environment}: up`, cause: `up ${environment}` };
  const result = await failing(
    notifier,
    environment,
    () => work({ change: watch, approved }),
    () => (begun ? about : undefined),
  );
  const notice = noticeOfUp(result);
  if (notice !== undefined) notifier.tell(notice);
  return result;
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
