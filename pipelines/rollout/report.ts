// Turns plans, progress and outcomes of a rollout into lines of text.
import { percentText } from "../../environments/waves.ts";
import { printable } from "../ledger/printable.ts";
import type { Progress } from "./context.ts";
import type { DeployResult } from "./deploy.ts";
import type { Plan } from "./plan.ts";

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** The plan as a person reviews it: every wave with its nodes. */
export function planText(plan: Plan): string[] {
  const { target, previous, waves, done, unreachable } = plan;
  const from = previous === null ? "nothing ran before" : `from ${previous.release}`;
  return [
    `${plan.environment} ${plan.service}: ${target.release} (${from}), ${counted(plan.fleetSize, "node")}, about ${plan.expectedSeconds} s and the drains`,
    ...(plan.bootstrap ? ["  nothing serves yet: no capacity to keep, no nodes to compare with"] : []),
    ...(done.length > 0 ? [`  already there: ${done.length}`] : []),
    ...(unreachable.length > 0 ? [`  unreachable, in the failure budget: ${unreachable.join(", ")}`] : []),
    ...waves.map((wave) => {
      const lowest = plan.bootstrap ? "" : `, at least ${percentText(wave.leastCapacity)} in service`;
      const smoke = wave.smokeRestart ? ", then one restart" : "";
      return `  wave ${wave.number}: ${waveText(wave)}, bake ${wave.bakeSeconds} s${smoke}${lowest}`;
    }),
    `  at most ${plan.maxOut} out at one time; failure budget ${counted(plan.failureBudget, "node")}; order by seed ${plan.seed.slice(0, 8)}`,
  ];
}

/** One line for what is worth a line; undefined for single steps of single nodes. */
export function progressText(progress: Progress): string | undefined {
  switch (progress.type) {
    case "approved":
      return `approved by ${progress.by.map(printable).join(", ")}`;
    case "plan":
      return `${progress.resumed ? "goes on where it stopped: " : ""}${planText(progress.plan)[0]}`;
    case "wave":
      return `wave ${progress.number}: ${waveText(progress)}`;
    case "bake":
      return `wave ${progress.number}: bakes ${progress.seconds} s`;
    case "verdict":
      return `wave ${progress.number}: ${progress.verdict.verdict}${progress.verdict.reason ? `: ${printable(progress.verdict.reason)}` : ""}`;
    case "failed":
      return `${progress.node} failed: ${printable(progress.reason)}`;
    case "parked":
      return `${progress.node} is parked: ${printable(progress.reason)}`;
    case "left":
      return `${progress.node} has left the fleet: the platform took it away`;
    case "blind":
      return `metrics are down: ${printable(progress.reason)}`;
    case "rollback":
      return `rolls ${counted(progress.nodes.length, "node")} back to ${progress.release ?? "no release"}`;
    default:
      return undefined;
  }
}

/** What just happened, did it work, what now. */
export function outcomeText(result: DeployResult): string[] {
  const { service, release, previous, outcome, plan } = result;
  const command = `${plan.environment} ${service}`;
  const lines = [
    `${service} ${release}: ${outcome} in ${result.seconds.toFixed(1)} s. ${printable(result.reason)}`,
  ];
  if (outcome === "rolled-back") {
    lines.push(
      `  stopped in wave ${result.wave}; ${counted(result.touchedNodes.length, "node")} touched, back on ${previous ?? "no release"} ${result.rollbackSeconds?.toFixed(1)} s after the verdict; the pin is back`,
    );
  }
  if (outcome === "incomplete") {
    lines.push(
      `  stopped in wave ${result.wave}; the pin is back on ${previous ?? "no release"}, but not every node: see below`,
    );
  }
  if (outcome === "paused") {
    lines.push(
      `  paused after wave ${result.wave}: ${counted(result.touchedNodes.length, "node")} on ${release}, the others on ${previous ?? "no release"}`,
    );
  }
  const failed = new Set(result.failedNodes.map(({ node, reason }) => `${node}: ${reason}`));
  const evidence = result.evidence.filter((line) => !failed.has(line));
  lines.push(...evidence.map((line) => `  evidence: ${printable(line)}`));
  lines.push(...result.failedNodes.map(({ node, reason }) => `  failed: ${node}: ${printable(reason)}`));
  lines.push(...result.parkedNodes.map(({ node, reason }) => `  parked: ${node}: ${printable(reason)}`));
  if (outcome === "rolled-back")
    lines.push(
      `Next: mend ${release}, then release it under a new name; surefoot ledger --environment ${plan.environment}`,
    );
  if (outcome === "incomplete")
    lines.push(`Next: surefoot up ${plan.environment}, then: surefoot rollback ${command}`);
  if (outcome === "paused")
    lines.push(
      `Next: surefoot deploy ${command} --release ${release} goes on (--accept-wave takes this wave as good), surefoot rollback ${command} goes back`,
    );
  return lines;
}

/** Its nodes by name, or how many where the platform chooses which. */
function waveText({ nodes, size }: { nodes: readonly string[]; size?: number }): string {
  if (size === undefined && nodes.length === 0) return "all of its nodes are there already";
  return size === undefined ? `${counted(nodes.length, "node")} (${short(nodes)})` : counted(size, "node");
}

function short(names: readonly string[]): string {
  return names.length <= 6
    ? names.join(", ")
    : `${names.slice(0, 5).join(", ")} and ${names.length - 5} more`;
}
