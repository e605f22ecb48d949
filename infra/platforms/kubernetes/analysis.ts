// Guards and judge as AnalysisTemplates of Argo Rollouts: what is measured, when, and what each answer means.
import { SCRAPE_SECONDS } from "../../../environments/kubernetes-rules.ts";
import type { Service } from "../../../environments/shape.ts";
import { failedPods, guardQueries } from "./guard-queries.ts";
import { answeringQuery, judgeQueries, trafficQuery } from "./judge-queries.ts";
import { args, orElse } from "./queries.ts";
import type { Watched } from "./queries.ts";

/** An AnalysisTemplate without its place: name and spec. */
export interface AnalysisTemplate {
  name: string;
  spec: { args: { name: string; value?: string }[]; metrics: Metric[] };
}

/** A metric of argoproj.io/v1alpha1, as far as it is used here. */
export interface Metric {
  name: string;
  interval?: string;
  initialDelay?: string;
  count?: number;
  successCondition: string;
  failureCondition: string;
  failureLimit: number;
  inconclusiveLimit: number;
  consecutiveErrorLimit: number;
  provider: { prometheus: { address: string; timeout: number; query: string } };
}

/** Where the metrics of a service are found. */
export interface MetricsPlace {
  namespace: string;
  /** Address of Prometheus, as the controller of Argo Rollouts reaches it. */
  prometheus: string;
}

/** Names of the three templates of a service. */
export const templateNames = (service: string) => ({
  guard: `${service}-guard`,
  smoke: `${service}-smoke`,
  judge: `${service}-judge`,
});

// Prometheus that cannot be asked is no verdict: Argo would abort after this many errors in a row.
const NEVER = 1_000_000_000;

/** Seconds without any scraped pod, all taken together, after which the guard pauses the rollout. */
const UNGUARDED_SECONDS = 120;

/** What judges a rollout of this service: a guard over all of it, a smoke test, a judge that compares. */
export function analysisTemplates(service: Service, place: MetricsPlace): AnalysisTemplate[] {
  const watched: Watched = { namespace: place.namespace, service: service.name, metrics: service.metrics };
  const { judge, guard } = service.rollout;
  const queries = judgeQueries(watched);
  const metric = metricAt(place.prometheus);
  const failed = metric("failed-pods", failedPods(service, watched), atMost(0));
  const atEnd = { initialDelay: args.bake, count: 1, inconclusiveLimit: 0 };
  const interval = Math.min(Math.max(SCRAPE_SECONDS, Math.ceil(guard.heartbeat)), 3 * SCRAPE_SECONDS);
  const always = { interval: `${interval}s`, inconclusiveLimit: Math.ceil(UNGUARDED_SECONDS / interval) };
  const traffic = metric("traffic", trafficQuery(watched), known);
  const names = templateNames(service.name);
  const compared = [
    metric("latency-p95", queries.latencyP95, atMost(judge.latencyP95)),
    metric("error-rate", queries.errorRate, atMost(judge.errorRate)),
    metric("memory", queries.memory, atMost(judge.memory)),
  ];
  // Which guard it was: numbers of pods for those who read the run, no verdicts.
  const beyond = Object.entries(guardQueries(guard, watched)).map(([name, query]) =>
    metric(name, orElse(`count(${query})`, 0), said),
  );
  const smoke = [metric("answering", answeringQuery(watched), known), traffic, failed];
  return [
    { name: names.guard, spec: { args: given("guard"), metrics: timed([failed, ...beyond], always) } },
    { name: names.smoke, spec: { args: given("step"), metrics: timed(smoke, atEnd) } },
    { name: names.judge, spec: { args: given("step"), metrics: timed([...smoke, ...compared], atEnd) } },
  ];
}

interface Conditions {
  successCondition: string;
  failureCondition: string;
}

// Neither holds for an empty result or NaN: that is inconclusive. An index beyond the end would be an error.
const atMost = (limit: number): Conditions => ({
  successCondition: `len(result) == 1 && result[0] <= ${limit}`,
  failureCondition: `len(result) == 1 && result[0] > ${limit}`,
});

const known: Conditions = {
  successCondition: "len(result) == 1 && result[0] >= 0",
  failureCondition: "false",
};

const said: Conditions = { successCondition: "true", failureCondition: "false" };

const timed = (metrics: readonly Metric[], times: Partial<Metric>): Metric[] =>
  metrics.map((one) => Object.assign({}, one, times));

const metricAt =
  (address: string) =>
  (name: string, query: string, conditions: Conditions): Metric => ({
    name,
    ...conditions,
    failureLimit: 0,
    inconclusiveLimit: 0,
    consecutiveErrorLimit: NEVER,
    provider: { prometheus: { address, timeout: 10, query } },
  });

function given(use: "guard" | "step"): { name: string; value?: string }[] {
  const hashes = [{ name: "latest-hash" }, { name: "stable-hash" }, { name: "began", value: "" }];
  return use === "guard" ? hashes : [...hashes, { name: "window" }, { name: "bake" }];
}
