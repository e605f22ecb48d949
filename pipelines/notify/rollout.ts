// What chats are told of a rollout: it began, each verdict, nodes that failed, how it ended. Pure.
import type { RollbackResult } from "../rollback/deploy.ts";
import type { Progress } from "../rollout/context.ts";
import type { DeployResult } from "../rollout/deploy.ts";
import type { Plan } from "../rollout/plan.ts";
import type { Notice } from "./notice.ts";

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** What one step of this plan is worth telling; undefined for most. */
export function noticeOfProgress(plan: Plan, progress: Progress): Notice | undefined {
  const { id, environment, service, target, previous } = plan;
  const about = { environment, service, lines: [], cause: `rollout ${id}` };
  const what = `${environment} ${service} ${target.release}`;
  switch (progress.type) {
    case "plan": {
      const from = previous === null ? "nothing ran before" : `from ${previous.release}`;
      const how = `${counted(plan.waves.length, "wave")}, ${counted(plan.fleetSize, "node")}`;
      return {
        ...about,
        kind: "started",
        title: `${what} ${progress.resumed ? "goes on" : "rolls out"} (${from}): ${how}`,
      };
    }
    case "verdict": {
      const { verdict, reason } = progress.verdict;
      return { ...about, kind: "wave", title: `${what}: wave ${progress.number}: ${verdict}: ${reason}` };
    }
    case "blind":
      return { ...about, kind: "wave", title: `${what}: metrics are down: ${progress.reason}` };
    case "failed": {
      const { node, reason } = progress;
      // Fifty that fail alike are one message, apart from that of the waves.
      return {
        ...about,
        kind: "wave",
        subject: node,
        title: `failed (${what}): ${reason}`,
        cause: `nodes ${id}`,
      };
    }
    default:
      return undefined;
  }
}

const kinds: Record<DeployResult["outcome"], Notice["kind"]> = {
  deployed: "done",
  "rolled-back": "rolled-back",
  incomplete: "failed",
  paused: "waiting",
};

/** How a deploy ended. One that had nothing to do is told too: somebody asked for it. */
export function noticeOfOutcome(environment: string, result: DeployResult): Notice {
  const { service, release, previous, outcome, reason, evidence, touchedNodes, plan } = result;
  const nodes = counted(touchedNodes.length, "node");
  const before = previous ?? "no release";
  const ends: Record<DeployResult["outcome"], string[]> = {
    deployed: [],
    "rolled-back": [
      `stopped in wave ${result.wave}; ${nodes} touched, all back on ${before}, and so is the pin`,
    ],
    incomplete: [
      `the pin is back on ${before}, not every node is: surefoot up ${environment}, then surefoot rollback ${environment} ${service}`,
    ],
    paused: [
      `${nodes} on ${release}, the others on ${before}; surefoot deploy goes on, surefoot rollback goes back`,
    ],
  };
  const told = outcome === "deployed" ? [] : evidence.map((line) => `evidence: ${line}`);
  return {
    kind: kinds[outcome],
    environment,
    service,
    title: `${environment} ${service} ${release}: ${outcome} in ${Math.round(result.seconds)} s: ${reason}`,
    lines: [...ends[outcome], ...told],
    cause: `rollout ${plan.id}`,
  };
}

/** How a rollback that somebody asked for ended. */
export function noticeOfRollback(environment: string, result: RollbackResult): Notice {
  const { service, release, from, reason, outcome, touchedNodes, stuckNodes, seconds } = result;
  const where = `${release ?? "no release"} (from ${from ?? "no release"})`;
  const moved = counted(touchedNodes.length - stuckNodes.length, "node");
  return {
    kind: outcome === "rolled-back" ? "rolled-back" : "failed",
    environment,
    service,
    title: `${environment} ${service}: ${moved} taken back to ${where} in ${Math.round(seconds)} s: ${reason}`,
    lines: stuckNodes.map(({ node, reason: why }) => `not back: ${node}: ${why}`),
    cause: `rollback ${environment} ${service}`,
  };
}
