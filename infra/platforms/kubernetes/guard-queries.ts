// Guards in PromQL: which updated pods are beyond a limit, and whether they are more than the policy lets fail.
import { SCRAPE_SECONDS } from "../../../environments/kubernetes-rules.ts";
import type { Service } from "../../../environments/shape.ts";
import { waveNodes } from "../../../environments/waves.ts";
import { args, gained, orElse, podsOf, targets } from "./queries.ts";
import type { Watched } from "./queries.ts";

type Guard = Service["rollout"]["guard"];

/** Seconds that requests are counted over, and how many there must be before a share of errors says anything. */
const SHARE_SECONDS = 30;
const MIN_REQUESTS = 20;

/** Seconds that a failed pod counts: so long is what Prometheus can look back upon every few seconds at little cost. */
export const REMEMBERED_SECONDS = 900;

/** Pods beyond each limit at this moment, with their value; one query a guard. `hash`: template hash of the updated pods. */
export function guardQueries(
  guard: Guard,
  watched: Watched,
  hash: string = args.latest,
): Record<keyof Guard, string> {
  const pods = podsOf(watched, hash);
  const { requests, errors } = watched.metrics;
  const over = (metric: string) => `sum by (pod) ${gained(metric, pods, `${SHARE_SECONDS}s`)}`;
  const long = `${REMEMBERED_SECONDS}s`;
  // Two scrapes more than the limit: silence is known by scrapes that fail, not by one that is late.
  const silence = `${Math.ceil(guard.heartbeat) + 2 * SCRAPE_SECONDS}s`;
  // Only one that had answered is silent; one that never does is caught by the progress deadline.
  const before = `max by (pod) (max_over_time(up{${pods}}[${4 * SCRAPE_SECONDS}s] offset ${silence})) == 1`;
  return {
    restarts: `max by (pod) (changes(process_start_time_seconds{${pods}}[${long}])) > ${guard.restarts}`,
    // One that is gone is no longer counted, though its last requests are still within the window.
    errorRate:
      `(${over(errors)} / ${over(requests)}) > ${guard.errorRate} and ${over(requests)} >= ${MIN_REQUESTS} ` +
      `and max by (pod) (up{${pods}}) >= 0`,
    heartbeat:
      `max by (pod) (max_over_time(up{${pods}}[${silence}])) == 0 ` +
      `and max by (pod) (count_over_time(up{${pods}}[${silence}])) >= 2 and ${before}`,
    memory: `max by (pod) (max_over_time(process_resident_memory_bytes{${pods}}[${long}])) > ${guard.memory}`,
  };
}

/**
 * How many updated pods failed, where that is more than the policy allows; else 0; nothing where no pod of the service
 * is scraped. In the first wave one is too many, later more than the failure budget or a third of the updated pods.
 */
export function failedPods({ rollout, nodes }: Pick<Service, "rollout" | "nodes">, watched: Watched): string {
  const pods = podsOf(watched, args.latest);
  const { restarts, memory, errorRate, heartbeat } = guardQueries(rollout.guard, watched);
  // A leading 0 and a fraction, so that it is a number, and a decimal one, where nobody said when the deploy began.
  const began = `vector(time()) >= 0${args.began}.0`;
  const each = `[${REMEMBERED_SECONDS}s:${SCRAPE_SECONDS}s]`;
  const passing = `count_over_time((((${heartbeat}) or (${errorRate})) and on() (${began}))${each})`;
  // A release that is tried again has the same hash: pods of the try before are no part of this one.
  const present = `count_over_time((count by (pod) (up{${pods}}) and on() (${began}))${each})`;
  const lasting = `(((${restarts}) or (${memory})) and on (pod) ${present})`;
  const failed = orElse(`count(${passing} or ${lasting})`, 0);
  const updated = orElse(targets(pods), 0);
  const first = waveNodes(rollout.waves[0] ?? 1, nodes);
  const allowed = `clamp_max(${updated} / 3, ${rollout.failureBudget}) * (${updated} > bool ${first})`;
  const scraped = `count(count_over_time(up{${podsOf(watched)}}[${SHARE_SECONDS}s])) > 0`;
  return `(${orElse(`(${failed} > ${allowed})`, 0)} and (${scraped}))`;
}
