// How what a run did to an environment is shown on GitHub. Pure.
import { legText } from "../delivery/report.ts";
import type { Leg } from "../delivery/result.ts";
import type { DeploymentState } from "../drivers/github.ts";
import { rollbackText } from "../rollback/report.ts";
import type { RollbackResult } from "../rollback/deploy.ts";
import type { StatusState } from "./deployment.ts";

export interface Ending {
  outcome: string;
  deployment: DeploymentState;
  status: StatusState;
  /** In one line. */
  words: string;
  /** For the summary of the run. */
  lines: string[];
}

const ofLegs: Record<Leg["outcome"], Pick<Ending, "deployment" | "status">> = {
  delivered: { deployment: "success", status: "success" },
  unchanged: { deployment: "success", status: "success" },
  waiting: { deployment: "queued", status: "pending" },
  "rolled-back": { deployment: "failure", status: "failure" },
  paused: { deployment: "failure", status: "failure" },
  failed: { deployment: "error", status: "error" },
  skipped: { deployment: "inactive", status: "error" },
};

/** How an environment of a delivery ended. */
export function legEnding(leg: Leg): Ending {
  const { outcome, reason } = leg;
  const words = reason === "" ? outcome : `${outcome}: ${reason.split("\n")[0]}`;
  return { outcome, ...ofLegs[outcome], words, lines: legText(leg) };
}

/** How a rollback ended. */
export function rollbackEnding(environment: string, result: RollbackResult): Ending {
  const { outcome, service, release, stuckNodes } = result;
  const back = outcome === "rolled-back";
  const rest = back ? "" : `, without ${stuckNodes.length} of its nodes`;
  return {
    outcome,
    ...(back ? ofLegs.delivered : ofLegs["rolled-back"]),
    words: `${service} is back on ${release ?? "no release"}${rest}`,
    lines: rollbackText(environment, result),
  };
}

/** How a run ended that was interrupted or refused: what it began is not shown as being at work for ever. */
export function brokenEnding(environment: string, error: unknown): Ending {
  const words = error instanceof Error ? error.message : String(error);
  return { outcome: "failed", ...ofLegs.failed, words, lines: [`${environment}: ${words}`] };
}
