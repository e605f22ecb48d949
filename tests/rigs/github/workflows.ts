// Our workflows as data: which there are, their jobs, and every action that is used in them.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export const checkout: string = join(import.meta.dirname, "..", "..", "..");
const folder = join(checkout, ".github");

export interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
  if?: string;
}

export interface Job {
  uses?: string;
  steps?: Step[];
  if?: string;
  needs?: string | string[];
  strategy?: { "fail-fast"?: boolean; matrix: { include: Record<string, string>[] } };
  permissions?: Record<string, string>;
  environment?: { name: string; deployment?: boolean };
  concurrency?: { group: string; "cancel-in-progress"?: boolean; queue?: string };
  "timeout-minutes"?: number;
}

export interface Workflow {
  /** `deploy` */
  name: string;
  text: string;
  on: Record<string, unknown>;
  permissions?: unknown;
  concurrency?: Job["concurrency"];
  jobs: Record<string, Job>;
}

const names = readdirSync(join(folder, "workflows")).map((file) => file.replace(/\.yml$/, ""));

export const workflows: Record<string, Workflow> = Object.fromEntries(
  names.map((name) => {
    const text = readFileSync(join(folder, "workflows", `${name}.yml`), "utf8");
    return [name, { ...(parse(text) as Workflow), name, text }];
  }),
);

/** The text of the one composite action. */
export const setupText: string = readFileSync(join(folder, "actions", "setup", "action.yml"), "utf8");

/** Every job as `deploy/dev`, with what it is. */
export const jobs: [string, Job][] = Object.values(workflows).flatMap((workflow) =>
  Object.entries(workflow.jobs).map(([id, job]): [string, Job] => [`${workflow.name}/${id}`, job]),
);

/** The steps of all jobs and of the composite action. */
export const steps: Step[] = [
  ...jobs.flatMap(([, job]) => job.steps ?? []),
  ...(parse(setupText) as { runs: { steps: Step[] } }).runs.steps,
];

/** Actions of others, as `actions/checkout@<hash>`, each once. */
export const actions: string[] = [
  ...new Set(steps.flatMap(({ uses = "" }) => (uses === "" || uses.startsWith("./") ? [] : [uses]))),
].toSorted();
