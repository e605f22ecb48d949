// A delivery: one change through the environments, each begun only when the one before has ended well.
import { systemClock } from "../drivers/clock.ts";
import { runGit } from "../drivers/git-command.ts";
import { changeCommit } from "../drivers/git-history.ts";
import type { PinBranch } from "../drivers/pin-commits.ts";
import type { Progress } from "../rollout/context.ts";
import { runLeg } from "./leg.ts";
import { changeText } from "./report.ts";
import { endedWell, outcomeOf } from "./result.ts";
import type { Delivery, Leg } from "./result.ts";

export interface DeliveryOrder {
  repo: string;
  /** In order of delivery. */
  environments: readonly string[];
  pins: PinBranch | null;
  /** How long soaks are waited for, in all. */
  waitSeconds: number;
  reason: string;
}

export interface DeliveryWatching {
  say: (text: string) => void;
  begun: (environment: string, commit: string) => Promise<void>;
  tell: (environment: string, service: string, progress: Progress) => void;
  ended: (leg: Leg) => Promise<void>;
  /** It was interrupted, or broke in a way that no leg tells. */
  broken: (environment: string, error: unknown) => Promise<void>;
  signal: AbortSignal;
}

/** Delivers what is checked out. Refuses with E_COMMIT; whatever refuses one environment is in its leg. */
export async function deliver(order: DeliveryOrder, watching: DeliveryWatching): Promise<Delivery> {
  const { repo, pins, reason } = order;
  const commit = await changeCommit(repo);
  const head = (await runGit(repo, ["rev-parse", "HEAD"])).trim();
  changeText(head, commit).forEach(watching.say);
  const patientUntil = systemClock.now() + order.waitSeconds * 1000;
  const legs: Leg[] = [];
  for (const environment of order.environments) {
    const before = legs.at(-1);
    if (before !== undefined && !endedWell(before)) {
      legs.push(skipped(environment, before));
      continue;
    }
    await watching.begun(environment, commit);
    const leg = await runLeg(
      { repo, environment, commit, pins, patientUntil, reason: `${reason} (${commit.slice(0, 10)})` },
      {
        say: watching.say,
        tell: (service, progress) => watching.tell(environment, service, progress),
        signal: watching.signal,
      },
    ).catch(async (error: unknown) => {
      await watching.broken(environment, error);
      throw error;
    });
    legs.push(leg);
    await watching.ended(leg);
  }
  return { commit, legs, outcome: outcomeOf(legs) };
}

function skipped(environment: string, before: Leg): Leg {
  const first = before.outcome === "skipped" ? before.reason : `${before.environment}: ${before.outcome}`;
  return {
    environment,
    outcome: "skipped",
    reason: first,
    next: "",
    changes: 0,
    releases: [],
    seconds: 0,
  };
}
