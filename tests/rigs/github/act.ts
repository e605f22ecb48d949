// Runs our workflows by act on this machine, without a container and without a network.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FakeGithub } from "../../support/github.ts";
import type { Origin } from "./origin.ts";
import { run } from "./process.ts";
import { writeStubs } from "./stubs.ts";
import { actProgram } from "./tools.ts";
import { checkout } from "./workflows.ts";

export interface ActRun {
  code: number | null;
  /** What the jobs said: `<job>| <line>`. */
  text: string;
  /** How each job ended that was begun, such as `dev/deliver/surefoot deliver dev` and `success`. */
  jobs: Record<string, string>;
}

export interface ActPlace {
  home: string;
  /** A clone with the workflows, at the commit that the event is of. */
  work: string;
  github: FakeGithub;
  origin: Origin;
  /** Of the verbs that are run. */
  env: Record<string, string>;
}

export interface ActOptions {
  /** What GitHub would tell of the event. */
  event?: object;
  /** Inputs of a dispatch. */
  inputs?: Record<string, string>;
  /** This job alone. */
  job?: string;
  /** A variable of the repository that nobody has set. */
  unset?: string;
}

export type Act = (event: string, workflow: string, options?: ActOptions) => Promise<ActRun>;

const roles = ["DEV", "STAGING", "PROD"].map((which) => `AWS_PREVIEW_ROLE_${which}`);

/**
 * What act 0.2.89 takes for a mistake, and would ignore: queues of more than one, environments without a deployment of GitHub's own
 * (nektos/act#6086).
 */
export function withoutUnknown(workflow: string): string {
  return workflow.replaceAll(/^ +(queue: max|deployment: false)\b.*\n/gm, "");
}

/** Prepares runs; `RIG_*` are for the stand-ins of others' actions. */
export async function openAct({ home, work, github, origin, env }: ActPlace): Promise<Act> {
  const program = await actProgram();
  const variables: [name: string, value: string][] = [
    ...[...roles, "AWS_ROLE"].map((name): [string, string] => [name, `arn:${name.toLowerCase()}`]),
    ["AWS_REGION", "eu-central-1"],
  ];
  const always = [
    "--platform=ubuntu-24.04=-self-hosted",
    "--no-cache-server",
    // The rig's own stand-in clones from the server, as the real one does.
    "--no-skip-checkout",
    "--json",
    `--action-cache-path=${join(home, "act")}`,
    `--secret=GITHUB_TOKEN=${github.token}`,
    `--env=GITHUB_SERVER_URL=${origin.url}`,
    `--env=GITHUB_API_URL=${github.url}`,
    `--env=GITHUB_REPOSITORY=${github.repository}`,
    ...writeStubs(join(home, "stubs")),
  ];
  const given = {
    ...env,
    RIG_MODULES: join(checkout, "node_modules"),
    RIG_ARTIFACTS: join(home, "artifacts"),
    RIG_SESSIONS: join(home, "sessions"),
  };
  return async (event, workflow, { event: told, inputs = {}, job, unset } = {}) => {
    // Artifacts are a run's own.
    rmSync(given.RIG_ARTIFACTS, { recursive: true, force: true });
    const words = [event, `--workflows=.github/workflows/${workflow}.yml`, ...always];
    for (const [name, value] of variables) if (name !== unset) words.push(`--var=${name}=${value}`);
    for (const [name, value] of Object.entries(inputs)) words.push(`--input=${name}=${value}`);
    if (job !== undefined) words.push(`--job=${job}`);
    if (told !== undefined) {
      const file = join(home, "event.json");
      writeFileSync(file, JSON.stringify(told));
      words.push(`--eventpath=${file}`);
    }
    const { code, stdout, stderr } = await run(program, words, work, given);
    return { code, ...heard(`${stdout}${stderr}`) };
  };
}

/** One JSON document a line; what is none is act's own word. */
function heard(output: string): Pick<ActRun, "text" | "jobs"> {
  const lines = output.split("\n").map((line): { job?: string; msg?: string; jobResult?: string } => {
    try {
      return JSON.parse(line);
    } catch {
      return { msg: line };
    }
  });
  const ended = lines.flatMap(({ job = "", jobResult }) =>
    jobResult === undefined ? [] : [[job.trim(), jobResult] as const],
  );
  return {
    text: lines.map(({ job = "act", msg = "" }) => `${job}| ${msg.trimEnd()}\n`).join(""),
    jobs: Object.fromEntries(ended),
  };
}
