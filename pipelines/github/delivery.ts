// Tells GitHub of a delivery: a deployment per environment, a line in the run's summary, an output. It decides and stops nothing.
import type { GithubRun } from "../drivers/github-run.ts";
import type { DeploymentState, Github } from "../drivers/github.ts";
import { legText } from "../delivery/report.ts";
import type { Leg } from "../delivery/result.ts";
import { fenced } from "../preview/markdown-safe.ts";
import { maskText } from "../preview/secrets.ts";
import { openDeployment } from "./deployment.ts";
import type { Deployment } from "./deployment.ts";

export interface DeliveryTold {
  begun: (environment: string, commit: string) => Promise<void>;
  ended: (leg: Leg) => Promise<void>;
}

const states: Record<Leg["outcome"], DeploymentState> = {
  delivered: "success",
  unchanged: "success",
  waiting: "queued",
  "rolled-back": "failure",
  paused: "failure",
  failed: "error",
  skipped: "inactive",
};

/** `production`: the environments that no other one comes after. What GitHub refuses is said, and the delivery goes on. */
export function tellDelivery(
  github: Github,
  run: GithubRun,
  { production, say }: { production: ReadonlySet<string>; say: (text: string) => void },
): DeliveryTold {
  const open = new Map<string, Deployment>();
  const said = async (work: Promise<void>): Promise<void> =>
    work.catch((error: Error) => say(`GitHub is not told: ${maskText(error.message)}`));
  return {
    begun: (environment, commit) =>
      said(
        openDeployment(github, {
          environment,
          sha: commit,
          ref: run.ref,
          description: `surefoot deliver ${environment}`,
          production: production.has(environment),
        }).then((deployment) => {
          open.set(environment, deployment);
          return deployment.state("in_progress", "is being delivered", run.link);
        }),
      ),
    ended: async (leg) => {
      const { environment, outcome, reason } = leg;
      // In a fence: whatever a node or a person said must not become Markdown.
      run.summarise(fenced(legText(leg).map(maskText), "text"));
      run.output("outcome", outcome);
      const words = reason === "" ? outcome : `${outcome}: ${reason.split("\n")[0]}`;
      await said(open.get(environment)?.state(states[outcome], words, run.link) ?? Promise.resolve());
    },
  };
}
