// Pods as series for promtool, and the verdict that a query gives over them: real Prometheus evaluates it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unpackedPackages } from "../../support/debian-packages.ts";

const programs = unpackedPackages(["prometheus"], "the rig needs Debian's prometheus: apt-get update");

/** One scrape each 5 s; the others run from the start, updated pods from `BEGAN`, all until `END`. */
const SCRAPE = 5;
const BEGAN = 300;
const END = 600;

/** What a pod does at each scrape; what is left out is that of a good pod. */
export interface PodSeries {
  hash: "old" | "new";
  count: number;
  /** Requests and failed ones a scrape; null: no such metric. */
  requests?: number | null;
  errors?: number | null;
  slow?: boolean;
  /** Null: no histogram. */
  latency?: null;
  memory?: number;
  /** Restarts over the time that it is seen. */
  restarts?: number;
  /** Seconds before the end since which scrapes fail; Infinity: always. */
  silentFor?: number;
  /** Seconds before the end since which it is no target any more. */
  goneFor?: number;
}

/** A good pod answers 50 requests a scrape, in at most 100 ms. */
export function pods(hash: "old" | "new", count: number, more: Partial<PodSeries> = {}): PodSeries {
  return { hash, count, ...more };
}

type Verdict = "pass" | "fail" | "inconclusive";

/** The verdict of an analysis metric: its query against its limit, 15 s or `window` back from the end. */
export function verdictOf(
  query: string,
  limit: number,
  groups: readonly PodSeries[],
  values: Record<string, string> = {},
): Verdict {
  const filled = Object.entries({
    "latest-hash": "new",
    "stable-hash": "old",
    window: "45s",
    began: "",
    ...values,
  }).reduce((text, [name, value]) => text.replaceAll(`{{args.${name}}}`, value), query);
  // Not a number is no answer: it is not even equal to itself.
  const said = `((${filled}) == (${filled})) > bool ${limit}`;
  const samples = (value?: number) => (value === undefined ? [] : [{ labels: "{}", value }]);
  const holds = (value?: number): boolean =>
    promtool(
      said,
      samples(value),
      groups.flatMap((group, index) => seriesOf(group, index)),
    );
  if (holds(0)) return "pass";
  if (holds(1)) return "fail";
  if (holds()) return "inconclusive";
  throw new Error(`not one value: ${said}`);
}

function promtool(expr: string, samples: object[], series: object[]): boolean {
  const folder = mkdtempSync(join(tmpdir(), "surefoot-promtool-"));
  try {
    const file = join(folder, "test.yaml");
    const check = { expr, eval_time: `${END}s`, exp_samples: samples };
    // JSON is YAML.
    writeFileSync(
      file,
      JSON.stringify({
        tests: [{ interval: `${SCRAPE}s`, input_series: series, promql_expr_test: [check] }],
      }),
    );
    execFileSync(join(programs, "usr/bin/promtool"), ["test", "rules", file], { stdio: "pipe" });
    return true;
  } catch (error) {
    const said =
      String((error as { stdout?: Buffer }).stdout ?? "") +
      String((error as { stderr?: Buffer }).stderr ?? "");
    if (!said.includes("exp:") || /parse error|many-to-many|execution/.test(said))
      throw new Error(`${said}\n${expr}`, { cause: error });
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function seriesOf(group: PodSeries, place: number): { series: string; values: string }[] {
  return Array.from({ length: group.count }, (_, index) =>
    oneOf(group, `${group.hash}-${place}-${index}`),
  ).flat();
}

function oneOf(pod: PodSeries, name: string): { series: string; values: string }[] {
  const {
    hash,
    requests = 50,
    errors = 0,
    slow = false,
    latency,
    memory = 100e6,
    restarts = 0,
    silentFor,
    goneFor,
  } = pod;
  const labels = `namespace="ns",service="web",pod="${name}",rollouts_pod_template_hash="${hash}"`;
  const from = hash === "old" ? 0 : BEGAN;
  const silent = Math.min(END - from + SCRAPE, silentFor ?? goneFor ?? 0);
  const answered = (END - from + SCRAPE - silent) / SCRAPE;
  const missing = from === 0 ? "" : `_x${from / SCRAPE} `;
  const stale = silent > 0 ? " stale" : "";
  const steady = (value: number) => (answered > 0 ? `${missing}${value}+0x${answered - 1}${stale}` : "");
  const rising = (step: number) => (answered > 0 ? `${missing}0+${step}x${answered - 1}${stale}` : "");
  const series: [string, string][] = [];
  const up = goneFor === undefined && silent > 0 ? ` 0x${silent / SCRAPE - 1}` : stale;
  series.push([
    `up{${labels}}`,
    answered > 0 ? `${missing}1x${answered - 1}${up}` : `${missing}0x${silent / SCRAPE - 1}`,
  ]);
  if (requests !== null) series.push([`requests{${labels}}`, rising(requests)]);
  if (errors !== null) series.push([`errors{${labels}}`, rising(errors)]);
  if (latency !== null && requests !== null) {
    const shares: Record<string, number> = slow
      ? { "0.05": 0.5, "0.1": 0.6, "0.25": 1, "+Inf": 1 }
      : { "0.05": 0.9, "0.1": 1, "0.25": 1, "+Inf": 1 };
    for (const [le, share] of Object.entries(shares))
      series.push([`latency_bucket{${labels},le="${le}"}`, rising(requests * share)]);
    series.push([`latency_count{${labels}}`, rising(requests)]);
  }
  series.push([`process_resident_memory_bytes{${labels}}`, steady(memory)]);
  const life = Math.floor(answered / (restarts + 1));
  const starts = Array.from({ length: restarts + 1 }, (_, index) => `${1000 + index}x${life - 1}`).join(" ");
  if (answered > 0) series.push([`process_start_time_seconds{${labels}}`, `${missing}${starts}${stale}`]);
  return series.filter(([, values]) => values !== "").map(([one, values]) => ({ series: one, values }));
}
