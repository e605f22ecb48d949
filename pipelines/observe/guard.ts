// Guards: absolute limits on one node, checked every few seconds in every phase of a rollout, pauses included.
import { counted } from "./evidence.ts";
import type { NodeSummary } from "./summary.ts";

/** The `guard` part of a rollout policy: a count, a share, seconds, bytes. */
export interface GuardPolicy {
  restarts: number;
  errorRate: number;
  heartbeat: number;
  memory: number;
}

export interface GuardHit {
  node: string;
  guard: keyof GuardPolicy;
  /** In the unit of the limit; Infinity for the heartbeat of a node that was never seen. */
  value: number;
  limit: number;
  text: string;
}

export interface GuardOptions {
  /** Below this many requests a share of errors says nothing. */
  minRequests: number;
  /** Epoch milliseconds from which a heartbeat is owed, such as the end of the switch: earlier silence was ours. */
  sinceMs?: number;
}

/** Every limit that is exceeded, node by node. A limit itself is still allowed. */
export function guard(
  policy: GuardPolicy,
  summaries: readonly NodeSummary[],
  nowMs: number,
  options: GuardOptions = { minRequests: 20 },
): GuardHit[] {
  return summaries.flatMap((summary) => {
    const { node, requests, errors } = summary;
    const restarts = summary.restarts ?? 0;
    const rate = requests >= Math.max(1, options.minRequests) ? errors / requests : 0;
    const silent = (nowMs - Math.max(summary.lastSeenMs ?? -Infinity, options.sinceMs ?? -Infinity)) / 1000;
    const memory = summary.memory ?? 0;
    const seen = Number.isFinite(silent) ? `silent for ${silent.toFixed(1)} s` : "never seen by the watcher";
    const texts: Record<keyof GuardPolicy, [value: number, text: string]> = {
      restarts: [restarts, `${counted(restarts, "restart")} (allowed ${policy.restarts})`],
      errorRate: [
        rate,
        `${errors} of ${requests} requests failed, ${percent(rate)} (allowed ${percent(policy.errorRate)})`,
      ],
      heartbeat: [silent, `${seen} (allowed ${policy.heartbeat} s)`],
      memory: [memory, `${megabytes(memory)} resident (allowed ${megabytes(policy.memory)})`],
    };
    const guards = Object.keys(texts) as (keyof GuardPolicy)[];
    return guards
      .filter((name) => texts[name][0] > policy[name])
      .map((name) => {
        const [value, text] = texts[name];
        return { node, guard: name, value, limit: policy[name], text: `${node}: ${text}` };
      });
  });
}

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
