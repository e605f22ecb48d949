// Active health checks: asks each node twice a second and takes it in or out of the edge.
import type { EdgeNode, EdgeNodes } from "./edge-nodes.ts";

const intervalMilliseconds = 500;
const timeoutMilliseconds = 1000;
const failuresToOut = 2;

/** Checks of one node, until stopped. */
export interface HealthChecks {
  /** Checks at once; if a check is under way, another one follows it immediately. */
  now: () => void;
  stop: () => void;
}

/** Checks a node until stopped: two failures in a row put it out, one success takes it in, nobody listening puts it out at once. */
export function checkHealth(nodes: EdgeNodes, node: EdgeNode): HealthChecks {
  let timer: NodeJS.Timeout | undefined;
  let state: "idle" | "running" | "running, once more" | "stopped" = "idle";
  let failures = 0;
  const check = async (): Promise<void> => {
    if (state === "stopped") return;
    if (state !== "idle") {
      state = "running, once more";
      return;
    }
    state = "running";
    clearTimeout(timer);
    const startedAt = performance.now();
    const outcome = await probe(node);
    const stateNow = state as string;
    if (stateNow === "stopped") return;
    // A timeout says little on a busy machine: a proxied answer since then proves the opposite.
    const failed = outcome === "slow" ? node.answeredAt < startedAt : outcome !== "well";
    failures = failed ? failures + 1 : 0;
    if (!failed) nodes.setHealthy(node, true);
    else if (outcome === "refused" || failures >= failuresToOut) nodes.setHealthy(node, false);
    state = "idle";
    const wait = Math.max(0, intervalMilliseconds - (performance.now() - startedAt));
    if (stateNow === "running, once more") void check();
    else timer = setTimeout(() => void check(), wait);
  };
  void check();
  return {
    now: () => void check(),
    stop: () => {
      state = "stopped";
      clearTimeout(timer);
    },
  };
}

async function probe(node: EdgeNode): Promise<"well" | "ill" | "slow" | "refused"> {
  const signal = AbortSignal.timeout(timeoutMilliseconds);
  try {
    const { statusCode, body } = await node.pool.request({ method: "GET", path: node.place.health, signal });
    await body.dump();
    return statusCode >= 200 && statusCode < 300 ? "well" : "ill";
  } catch (error) {
    if (signal.aborted) return "slow";
    return (error as NodeJS.ErrnoException).code === "ECONNREFUSED" ? "refused" : "ill";
  }
}
