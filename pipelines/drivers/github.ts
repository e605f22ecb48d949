// GitHub, in the few verbs that previews, drift and deployments need, for one repository.
import type { Octokit } from "@octokit/rest";
import type { Clock } from "./clock.ts";
import { systemClock } from "./clock.ts";
import { openClient } from "./github-client.ts";
import { deliveries } from "./github-deliveries.ts";
import { githubStatus, onGithub } from "./github-failure.ts";
import { githubPlace } from "./github-place.ts";
import { writings } from "./github-writings.ts";

/** What somebody wrote: a comment, or an issue with its number. */
export interface Writing {
  id: number;
  /** Login; empty where the account is gone. */
  author: string;
  body: string;
  url: string;
}

export interface Issue extends Writing {
  title: string;
  labels: string[];
  open: boolean;
}

export type DeploymentState = "queued" | "in_progress" | "success" | "failure" | "error" | "inactive";

export interface DeploymentRequest {
  /** Commit that is deployed. */
  sha: string;
  environment: string;
  description: string;
  production: boolean;
  /** Kept with it; GitHub shows it to nobody but the API. */
  payload: Record<string, string>;
}

/**
 * Every verb throws a Refusal: E_GITHUB, E_GITHUB_LIMIT, E_GITHUB_TOKEN, E_GITHUB_UNREACHABLE. What makes something new is sent
 * once and never again by itself, for an answer may be lost after the deed; all else is tried up to four times.
 */
export interface Github {
  /** `acme/game` */
  repository: string;
  /** Login that we write under, as far as GitHub tells; a workflow's token is not told and is taken for the one of Actions. */
  login(): Promise<string>;
  comments(pull: number): Promise<Writing[]>;
  createComment(pull: number, body: string): Promise<Writing>;
  /** False: it is gone. */
  updateComment(id: number, body: string): Promise<boolean>;
  /** No error where it is gone already. */
  removeComment(id: number): Promise<void>;
  /** Open and closed issues with a label, the oldest first; no pull requests. `id` is the number. */
  issues(label: string): Promise<Issue[]>;
  /** No error where it is there already. `color`: six hexadecimal digits. */
  ensureLabel(label: { name: string; color: string; description: string }): Promise<void>;
  /** GitHub drops labels that the token may not set, without a word: the answer tells which it has. */
  createIssue(issue: { title: string; body: string; labels: string[] }): Promise<Issue>;
  updateIssue(
    number: number,
    change: {
      title?: string;
      body?: string;
      state?: "open" | "closed";
      reason?: "completed" | "not_planned";
    },
  ): Promise<void>;
  /** Id. */
  createDeployment(request: DeploymentRequest): Promise<number>;
  /** The newest hundred of a commit in an environment. */
  deployments(sha: string, environment: string): Promise<{ id: number; payload: unknown }[]>;
  /** `description`: at most 140 characters. `url`: where its log is. */
  deploymentStatus(
    id: number,
    status: { state: DeploymentState; description: string; url: string | undefined },
  ): Promise<void>;
  commitStatus(
    sha: string,
    status: {
      context: string;
      state: "pending" | "success" | "failure" | "error";
      description: string;
      url: string | undefined;
    },
  ): Promise<void>;
}

export interface GithubOptions {
  signal?: AbortSignal | undefined;
  clock?: Clock;
  /** Only for tests: without the pauses that GitHub asks for between writes. */
  unpaced?: boolean;
}

const ACTIONS_LOGIN = "github-actions[bot]";

/**
 * Opens GITHUB_REPOSITORY at GITHUB_API_URL with GITHUB_TOKEN; SUREFOOT_GITHUB_LOGIN names who writes where the token is of an App of
 * one's own (`my-app[bot]`). Refuses with E_GITHUB or E_GITHUB_TOKEN where they are missing or wrong.
 */
export function openGithub(env: NodeJS.ProcessEnv, options: GithubOptions = {}): Github {
  const { clock = systemClock, signal, unpaced } = options;
  const { api, token, owner, repo } = githubPlace(env);
  const client = openClient({ api, token, clock, signal, unpaced });
  const at = { owner, repo };
  const ask = <T>(doing: string, work: (rest: Octokit["rest"]) => Promise<T>): Promise<T> =>
    ended(
      signal,
      onGithub({ doing, state: "what was written before stays" }, () => work(client.rest)),
    );
  const named = env["SUREFOOT_GITHUB_LOGIN"];
  let login = named === undefined || named === "" ? undefined : Promise.resolve(named);
  return {
    repository: `${owner}/${repo}`,
    login: () => (login ??= ask("asking GitHub who we are", loginOf)),
    ...writings(client, at, ask),
    ...deliveries(at, ask),
  };
}

async function loginOf({ users }: Octokit["rest"]): Promise<string> {
  try {
    return (await users.getAuthenticated()).data.login;
  } catch (error) {
    // Tokens of Apps, and GITHUB_TOKEN is one, have no user.
    if (githubStatus(error) === 403) return ACTIONS_LOGIN;
    throw error;
  }
}

/** Ends with the signal's reason as soon as it is aborted: the library's own pauses cannot be ended. */
async function ended<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (signal === undefined) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
    // Whichever of them loses is heard all the same.
    work.catch(() => {});
    promise.catch(() => {});
  }
}
