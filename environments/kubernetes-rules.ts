// What Argo Rollouts cannot express of a rollout policy: said as warnings, each with what happens in its place.
import { nearestWeight } from "./canary-weight.ts";
import type { Finding, Path } from "./complaint.ts";
import type { ForPlatform } from "./platform-rules.ts";
import { percentText, waveNodes, waveText } from "./waves.ts";

/** Seconds between two scrapes of a pod by Prometheus: what the monitors of the cluster ask for. */
export const SCRAPE_SECONDS = 5;

/** A bake with fewer scrapes than this shows too little of a pod to compare it. */
const SCRAPES_TO_COMPARE = 4;

type Pods = ForPlatform["services"][string];

/** Warnings for services that run as pods; none for any other. */
export function kubernetesRolloutRules(description: ForPlatform): Finding[] {
  const { platform, services, freeze } = description;
  const pods = Object.entries(services).filter(
    ([, { runs }]) => platform === "kubernetes" || (platform === "aws" && runs === "pods"),
  );
  if (pods.length === 0) return [];
  const findings = [
    finding(
      ["services"],
      "first-release-at-once",
      "on kubernetes the first release of a service has no waves: all its pods start at once",
    ),
  ];
  if (freeze.length > 0) {
    const message =
      "between waves it is only looked at while a command follows the rollout: Argo Rollouts by itself goes on";
    findings.push(finding(["freeze"], "freeze-not-followed", message));
  }
  return [...findings, ...pods.flatMap(([name, service]) => serviceRules(service, ["services", name]))];
}

function serviceRules(service: Pods, at: Path): Finding[] {
  const rollout: Path = [...at, "rollout"];
  const found = [...waveRules(service, rollout), ...watchRules(service, rollout), ...stopRules(service, at)];
  return found.map((one) => Object.assign(one, { message: `on kubernetes ${one.message}` }));
}

function waveRules({ nodes, rollout }: Pods, at: Path): Finding[] {
  return rollout.waves.flatMap((wave, index) => {
    const wanted = waveNodes(wave, nodes);
    const { weight, count } = nearestWeight(wanted, nodes);
    if (count === wanted) return [];
    const message = `a wave is a whole percent of the pods: ${waveText(wave)} becomes ${count} of ${nodes} (${weight}%)`;
    return [finding([...at, "waves", index], "wave-not-a-weight", message)];
  });
}

function watchRules({ nodes, rollout }: Pods, at: Path): Finding[] {
  const { waves, bake, guard, judge, smokeRestart } = rollout;
  const findings: Finding[] = [];
  const compares = waves.some((wave, index) => index > 0 && waveNodes(wave, nodes) < nodes);
  if (compares) {
    const message = `values are compared with their limits, not distributions: ${percentText(judge.confidence)} is not held`;
    findings.push(finding([...at, "judge", "confidence"], "confidence-not-held", message));
  } else if (waves.length > 1) {
    const message = "no wave leaves pods to compare with: only the guards and the smoke test protect";
    findings.push(finding([...at, "waves"], "nothing-compared", message));
  }
  if (guard.heartbeat < SCRAPE_SECONDS) {
    const message = `pods are scraped every ${SCRAPE_SECONDS}s: silence is seen after ${guard.heartbeat + 2 * SCRAPE_SECONDS}s, not ${guard.heartbeat}s`;
    findings.push(finding([...at, "guard", "heartbeat"], "heartbeat-below-scrape", message));
  }
  for (const key of ["first", "rest"] as const) {
    if (bake[key] >= SCRAPES_TO_COMPARE * SCRAPE_SECONDS) continue;
    const message = `${bake[key]}s are fewer than ${SCRAPES_TO_COMPARE} scrapes (every ${SCRAPE_SECONDS}s): the wave is likely to end inconclusive, and to wait for a person`;
    findings.push(finding([...at, "bake", key], "bake-below-scrapes", message));
  }
  if (smokeRestart) {
    const message = "no pod is restarted for a test: pods are replaced, never restarted";
    findings.push(finding([...at, "smokeRestart"], "smoke-restart-not-done", message));
  }
  return findings;
}

function stopRules({ kind, rollout, stopWithin }: Pods, at: Path): Finding[] {
  const { drain } = rollout;
  if (kind !== "sessions" || drain.sessions === "cut") return [];
  const findings = [
    finding(
      [...at, "stopWithin"],
      "stop-shares-drain",
      `drain and stop share one time limit of about ${drain.limit + stopWithin}s: a process that does not stop is killed only then, not after ${stopWithin}s`,
    ),
  ];
  if (drain.then !== "force") {
    const message = `a pod that still holds sessions at the limit is ended (force), not ${drain.then === "park" ? "parked" : "skipped"}`;
    findings.push(finding([...at, "rollout", "drain", "then"], "drain-forces", message));
  }
  return findings;
}

const finding = (path: Path, rule: string, message: string): Finding => ({ path, rule, message });
