// The judge in PromQL: updated pods against the others over the same time. Nothing as an answer means inconclusive.
import { args, gained, orElse, podsOf, targets } from "./queries.ts";
import type { Watched } from "./queries.ts";

// The same numbers as pipelines/observe: what a comparison needs before it says anything.
const PODS_TO_COMPARE = 3;
const OBSERVATIONS_A_POD = 30;
const REQUESTS_DUE = 10;

// Values are compared here, not distributions: so many failed requests more than were due are no accident.
const ERRORS_IN_EXCESS = 5;

/** One query a measure, each a change of the updated pods against the others; traffic: requests on the updated pods. */
export interface JudgeQueries {
  traffic: string;
  latencyP95: string;
  errorRate: string;
  memory: string;
}

/** Compares in waves that leave some pods to compare with. */
export function judgeQueries(watched: Watched): JudgeQueries {
  const [ours, theirs] = [podsOf(watched, args.latest), podsOf(watched, args.stable)];
  const seen = `${scrapedTwice(ours)} and ${scrapedTwice(theirs)}`;
  const enough = `(${targets(ours)} >= ${PODS_TO_COMPARE})`;
  const compared = (change: string): string => `(${orElse(`(${change} and ${enough})`, 0)} and ${seen})`;
  return {
    traffic: trafficQuery(watched),
    latencyP95: `(${compared(latencyChange(watched, ours, theirs))} unless ${vanished(observing(watched), busy(watched), ours, theirs)})`,
    errorRate: compared(errorChange(watched, ours, theirs)),
    memory: `(${compared(memoryChange(ours, theirs))} unless ${vanished(memoryOf, targets, ours, theirs)})`,
  };
}

/** Requests on the updated pods; 0 where too few were due to expect any; nothing where they are missing. */
export function trafficQuery(watched: Watched): string {
  const [ours, theirs] = [podsOf(watched, args.latest), podsOf(watched, args.stable)];
  const requests = (pods: string) => orElse(`sum(${gained(watched.metrics.requests, pods, args.window)})`, 0);
  const due = `${requests(theirs)} / ${orElse(targets(theirs), 1)} * ${targets(ours)}`;
  return `(((${requests(ours)} > 0) or (0 * (${due} < ${REQUESTS_DUE}))) and ${scrapedTwice(ours)})`;
}

/** Updated pods that answer a scrape: their number; nothing where none does. */
export function answeringQuery(watched: Watched): string {
  return `count(count by (pod) (up{${podsOf(watched, args.latest)}} == 1))`;
}

/** A window with a single scrape shows no change: that is no idle fleet, it is no data. */
function scrapedTwice(pods: string): string {
  return `(count((count_over_time(up{${pods}}[${args.window}]) >= 2) and (max_over_time(up{${pods}}[${args.window}]) == 1)) > 0)`;
}

function latencyChange({ metrics }: Watched, ours: string, theirs: string): string {
  const p95 = (pods: string) =>
    `histogram_quantile(0.95, sum by (le) (increase(${metrics.latency}_bucket{${pods}}[${args.window}])))`;
  const enough = (pods: string) =>
    `(sum(increase(${metrics.latency}_count{${pods}}[${args.window}])) >= ${OBSERVATIONS_A_POD} * ${targets(pods)})`;
  return `(${p95(ours)} / ${p95(theirs)} - 1) and ${enough(ours)} and ${enough(theirs)}`;
}

function errorChange({ metrics }: Watched, ours: string, theirs: string): string {
  const sum = (metric: string, pods: string) => `sum(${gained(metric, pods, args.window)})`;
  const failed = (pods: string) => orElse(sum(metrics.errors, pods), 0);
  const requests = (pods: string) => `(${sum(metrics.requests, pods)} > 0)`;
  const change = `(${failed(ours)} / ${requests(ours)} - ${failed(theirs)} / ${requests(theirs)})`;
  return `(${change} and (${change} * ${requests(ours)} >= ${ERRORS_IN_EXCESS}))`;
}

function memoryChange(ours: string, theirs: string): string {
  const typical = (pods: string) => `quantile(0.5, ${memoryOf(pods)})`;
  return `(${typical(ours)} / ${typical(theirs)} - 1)`;
}

const memoryOf = (pods: string): string => `max by (pod) (process_resident_memory_bytes{${pods}})`;

type ByPods = (pods: string) => string;

const observing =
  ({ metrics }: Watched): ByPods =>
  (pods) =>
    `(sum by (pod) (increase(${metrics.latency}_count{${pods}}[${args.window}])) > 0)`;

/** A pod without requests owes no observation. */
const busy =
  (watched: Watched): ByPods =>
  (pods) => {
    const requests = `sum by (pod) ${gained(watched.metrics.requests, pods, args.window)} > 0`;
    return orElse(`count((${requests}) or ${observing(watched)(pods)})`, 0);
  };

/** A measure that nearly all others report and most updated pods do not must not pass in silence. */
function vanished(reporting: ByPods, owing: ByPods, ours: string, theirs: string): string {
  const count = (pods: string) => orElse(`count(${reporting(pods)})`, 0);
  return (
    `((${count(theirs)} > 0) and (${count(theirs)} >= 0.9 * ${owing(theirs)}) ` +
    `and (${count(ours)} < ${owing(ours)} / 2))`
  );
}
