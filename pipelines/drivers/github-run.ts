// The run of a workflow that we are in: what it is for, its link, its step summary and its outputs.
import { randomUUID } from "node:crypto";
import { appendFileSync, readFileSync, statSync } from "node:fs";
import { Refusal } from "../errors.ts";

export interface PullRequest {
  number: number;
  /** Commit that was pushed; what is checked out may be its merge with the base. */
  head: string;
  /** Branch it is to be merged into, and its commit. */
  base: { ref: string; commit: string };
  /** It comes from another repository: the token may only read, and there are no secrets. */
  fork: boolean;
}

export interface GithubRun {
  /** `acme/game` */
  repository: string;
  id: number;
  attempt: number;
  /** Page of the run. */
  link: string;
  /** `pull_request`, `push`, `schedule`.. */
  event: string;
  /** `refs/heads/main` */
  ref: string;
  /** null where the run is of no pull request. */
  pull: PullRequest | null;
  /** Bytes of Markdown that the summary of this step still takes. */
  room: () => number;
  /** Adds Markdown to the summary of this step. */
  summarise: (markdown: string) => void;
  /** Sets an output of this step, of any text. */
  output: (name: string, value: string) => void;
}

/** GitHub drops the whole summary of a step where it is longer. */
const MOST_SUMMARY = 1024 * 1024;

/** Reads the variables and the event of the run. Refuses with E_GITHUB_RUN outside of one. */
export function githubRun(env: NodeJS.ProcessEnv): GithubRun {
  if (env["GITHUB_ACTIONS"] !== "true") throw outside("GITHUB_ACTIONS is not true");
  const given = (name: string): string => {
    const value = env[name];
    if (value === undefined || value === "") throw outside(`${name} is not set`);
    return value;
  };
  const number = (name: string): number => {
    const value = Number(given(name));
    if (!Number.isSafeInteger(value)) throw outside(`${name} is no number`);
    return value;
  };
  const [repository, summary, id] = [
    given("GITHUB_REPOSITORY"),
    given("GITHUB_STEP_SUMMARY"),
    number("GITHUB_RUN_ID"),
  ];
  const output = given("GITHUB_OUTPUT");
  return {
    repository,
    id,
    attempt: number("GITHUB_RUN_ATTEMPT"),
    link: `${given("GITHUB_SERVER_URL").replace(/\/+$/, "")}/${repository}/actions/runs/${id}`,
    event: given("GITHUB_EVENT_NAME"),
    ref: env["GITHUB_REF"] ?? "",
    pull: pullOf(readEvent(given("GITHUB_EVENT_PATH")), repository),
    ...summaryAt(summary),
    output: (name, value) => {
      // Nobody can guess the line that ends the value.
      const end = `end-${randomUUID()}`;
      appendFileSync(output, `${name}<<${end}\n${value}\n${end}\n`);
    },
  };
}

/** The summary alone, for which nothing else of the run need be known; undefined outside of one. */
export function stepSummary(env: NodeJS.ProcessEnv): Pick<GithubRun, "room" | "summarise"> | undefined {
  const path = env["GITHUB_STEP_SUMMARY"] ?? "";
  return env["GITHUB_ACTIONS"] === "true" && path !== "" ? summaryAt(path) : undefined;
}

const summaryAt = (path: string): Pick<GithubRun, "room" | "summarise"> => ({
  room: () => Math.max(0, MOST_SUMMARY - sizeOf(path) - 1),
  summarise: (markdown) => appendFileSync(path, `${markdown}\n`),
});

interface Side {
  sha?: unknown;
  ref?: unknown;
  repo?: { full_name?: unknown } | null;
}

function pullOf(
  event: { pull_request?: { number?: unknown; head?: Side; base?: Side } },
  repository: string,
) {
  const { number, head, base } = event.pull_request ?? {};
  if (event.pull_request === undefined) return null;
  const [from, to, ref] = [head?.sha, base?.sha, base?.ref];
  if (
    typeof number !== "number" ||
    typeof from !== "string" ||
    typeof to !== "string" ||
    typeof ref !== "string"
  )
    throw outside("the event of the run tells of a pull request without its number, commits or base");
  // The repository of a fork may be gone by now.
  return { number, head: from, base: { ref, commit: to }, fork: head?.repo?.full_name !== repository };
}

function readEvent(path: string): object {
  try {
    const event = JSON.parse(readFileSync(path, "utf8")) as unknown;
    if (typeof event === "object" && event !== null) return event;
  } catch {
    // Told below.
  }
  throw outside("the event of the run (GITHUB_EVENT_PATH) cannot be read");
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

const outside = (what: string): Refusal =>
  new Refusal("E_GITHUB_RUN", {
    what: `not in a run of GitHub Actions: ${what}`,
    state: "nothing was written and GitHub was not asked",
    next: "leave --comment out, or run it as a step of a workflow",
  });
