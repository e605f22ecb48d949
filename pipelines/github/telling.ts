// Tells GitHub what a run does to environments: a deployment each, a status of the commit, a summary. It decides and stops nothing.
import type { GithubRun } from "../drivers/github-run.ts";
import type { Github } from "../drivers/github.ts";
import { maskText } from "../masking/secrets.ts";
import { openDeployment, tellStatus } from "./deployment.ts";
import type { Deployment, StatusState } from "./deployment.ts";
import type { Ending } from "./ending.ts";
import { summarise } from "./summary.ts";

export interface Told {
  begun: (environment: string, commit: string) => Promise<void>;
  ended: (environment: string, ending: Ending) => Promise<void>;
}

export interface Telling {
  /** What is run, such as `deliver`. */
  verb: string;
  /** The environments that no other one comes after. */
  production: ReadonlySet<string>;
  /** Whether the run is about the commit itself, which then shows how it went next to its checks. */
  statuses: boolean;
  say: (text: string) => void;
}

interface Begun {
  commit: string;
  deployment?: Deployment;
}

/** What GitHub refuses is said, and the run goes on. */
export function tellGithub(github: Github, run: GithubRun, telling: Telling): Told {
  const { verb, production, statuses, say } = telling;
  const begun = new Map<string, Begun>();
  const open = async (environment: string, one: Begun): Promise<void> => {
    one.deployment = await openDeployment(github, {
      environment,
      sha: one.commit,
      ref: run.ref,
      description: `surefoot ${verb} ${environment}`,
      production: production.has(environment),
    });
    await one.deployment.state("in_progress", `surefoot ${verb} is at work`, run.link);
  };
  const status = async (environment: string, sha: string, state: StatusState, description: string) => {
    const context = `surefoot/${environment}`;
    if (statuses) await tellStatus(github, sha, { context, state, description, url: run.link });
  };
  const said = (work: Promise<void>): Promise<void> =>
    work.catch((error: Error) => say(`GitHub is not told: ${maskText(error.message)}`));
  return {
    begun: async (environment, commit) => {
      const one: Begun = { commit };
      begun.set(environment, one);
      await said(
        open(environment, one).then(() =>
          status(environment, commit, "pending", `surefoot ${verb} is at work`),
        ),
      );
    },
    ended: async (environment, { outcome, deployment: state, status: shown, words, lines }) => {
      summarise(run, lines);
      run.output("outcome", outcome);
      const one = begun.get(environment);
      if (one === undefined) return;
      await said(one.deployment?.state(state, words, run.link) ?? Promise.resolve());
      await said(status(environment, one.commit, shown, words));
    },
  };
}
