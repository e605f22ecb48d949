// The verdict on a wave: what is known without metrics decides first, then the judge; without metrics nobody guesses.
import { counted } from "./evidence.ts";
import type { GuardHit } from "./guard.ts";
import type { Judgement } from "./judge.ts";

export interface FailedNode {
  node: string;
  reason: string;
  /** `release`: what was rolled out broke it. `node`: it would have failed with any release, such as an unreachable host. */
  cause: "release" | "node";
  /** It had failed before the rollout began: in the budget, but no sign of what the rollout does. */
  before?: true;
}

export interface WaveFacts {
  /** Over the whole rollout, one per node. */
  failedNodes: readonly FailedNode[];
  failureBudget: number;
  /** The first is 1. */
  wave: number;
  /** Nodes touched so far, this wave included. */
  waveNodes: number;
  judgement: Judgement | null;
  /** The source of metrics is down. */
  blind: boolean;
}

export interface WaveVerdict {
  verdict: "pass" | "fail" | "inconclusive" | "blind";
  reason: string;
  evidence: string[];
  /** A person's word does not lift it: --accept-wave is for what the judge could not decide. */
  binding?: true;
}

/** Guard hits on updated nodes as failed nodes, one per node. What trips a guard there is laid at the release's door. */
export function failuresOf(hits: readonly GuardHit[]): FailedNode[] {
  const byNode = Map.groupBy(hits, (hit) => hit.node);
  return [...byNode].map(([node, own]) => {
    const texts = own.map((hit) => hit.text.replace(`${node}: `, ""));
    return { node, reason: texts.join(", "), cause: "release" };
  });
}

/** Decides one wave; `reason` is one sentence, `evidence` what it rests on. */
export function verdict(facts: WaveFacts): WaveVerdict {
  const { judgement, failedNodes } = facts;
  const evidence = [
    ...failedNodes.map(({ node, reason }) => `${node}: ${reason}`),
    ...(judgement?.evidence ?? []).map((e) => e.text),
  ];
  const failure = failureReason(facts);
  if (failure) return { verdict: "fail", reason: failure, evidence };
  const worst = judgement?.evidence.find((e) => e.verdict === judgement.verdict)?.text;
  if (judgement?.verdict === "fail")
    return { verdict: "fail", reason: worst ?? "the judge failed it", evidence };
  if (facts.blind) {
    const reason = "the source of metrics is down: neither promoted nor rolled back";
    return { verdict: "blind", reason, evidence };
  }
  if (!judgement) return { verdict: "inconclusive", reason: "there is no judgement of this wave", evidence };
  if (judgement.verdict === "inconclusive") {
    return { verdict: "inconclusive", reason: worst ?? "the judge could not decide", evidence };
  }
  const failed =
    failedNodes.length === 0 ? "no node failed" : `${counted(failedNodes.length, "node")} failed`;
  const judged = judgement.evidence.length === 0 ? "nothing to compare with" : "the judge found no harm";
  return { verdict: "pass", reason: `${failed}, ${judged}`, evidence };
}

/** What is certain without any comparison: failed nodes against the three limits. */
function failureReason({ failedNodes, failureBudget, wave, waveNodes }: WaveFacts): string | undefined {
  const failed = new Set(failedNodes.map((f) => f.node)).size;
  const first = failedNodes.find((f) => f.cause === "release");
  if (wave === 1 && first) return `${first.node} failed in the first wave: ${first.reason}`;
  if (failed > failureBudget) {
    return `${counted(failed, "node")} failed, more than the failure budget of ${failureBudget}`;
  }
  const since = new Set(failedNodes.filter(({ before }) => !before).map((f) => f.node)).size;
  if (since > waveNodes / 3)
    return `${since} of ${counted(waveNodes, "touched node")} failed, more than a third`;
  return undefined;
}
