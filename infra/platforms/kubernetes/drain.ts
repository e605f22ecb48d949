// How a pod is emptied before it ends, and how long it is given for that.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Service } from "../../../environments/shape.ts";

const script = readFileSync(join(import.meta.dirname, "drain.sh"), "utf8");

/** Seconds in which balancers and ingresses notice that a pod takes nothing new any more. */
export const SETTLE_SECONDS = 5;
// Looking at metrics, ending, telling the node: the last look may begin just before the limit.
const MARGIN_SECONDS = 10;
// What the service itself writes to: the lines of a drain stand in the pod's log.
const POD_LOG = "/proc/1/fd/1";

/** Seconds that sessions are waited for; 0 where there are none, or they are cut. */
export function drainSeconds({ kind, rollout }: Service): number {
  if (kind !== "sessions" || rollout.drain.sessions === "cut") return 0;
  return Math.ceil(rollout.drain.limit);
}

/** The command that runs before a pod is told to stop: nothing to mount, nothing that could be missing or newer. */
export function drainCommand(service: Service): string[] {
  const limit = drainSeconds(service);
  const gauge = limit === 0 ? "" : service.metrics.sessions;
  return [
    "sh",
    "-c",
    script,
    "drain",
    String(limit),
    gauge,
    service.metricsPath,
    String(SETTLE_SECONDS),
    POD_LOG,
  ];
}

/** Seconds from the wish to end a pod until it is killed. */
export function graceSeconds(service: Service): number {
  return SETTLE_SECONDS + drainSeconds(service) + Math.ceil(service.stopWithin) + MARGIN_SECONDS;
}
