// What a GitHub repository holds for us, in memory: issues, comments, deployments, statuses; each told as GitHub tells it.

export interface Actor {
  login: string;
  /** The slug of the App that the token is of; GITHUB_TOKEN is of `github-actions`. */
  app?: string;
  /** May read only, as on the pull request of a fork. */
  readOnly?: boolean;
}

export interface Comment {
  id: number;
  issue: number;
  by: Actor;
  body: string;
  at: string;
}

export interface Issue {
  number: number;
  by: Actor;
  title: string;
  body: string;
  labels: string[];
  state: "open" | "closed";
  stateReason: string | null;
  pull: boolean;
  at: string;
}

export interface DeploymentStatus {
  id: number;
  state: string;
  description: string;
  logUrl: string;
  environmentUrl: string;
  by: Actor;
  at: string;
}

export interface Deployment {
  id: number;
  by: Actor;
  sha: string;
  ref: string;
  task: string;
  environment: string;
  description: string | null;
  payload: unknown;
  production: boolean;
  transient: boolean;
  statuses: DeploymentStatus[];
  at: string;
}

export interface CommitStatus {
  id: number;
  sha: string;
  state: string;
  context: string;
  description: string | null;
  targetUrl: string | null;
  by: Actor;
  at: string;
}

export interface State {
  /** Labels that the repository has. */
  labels: string[];
  issues: Issue[];
  comments: Comment[];
  deployments: Deployment[];
  statuses: CommitStatus[];
  /** Ids and issue numbers are never used twice. */
  nextId: () => number;
  nextIssue: () => number;
}

export function emptyState(): State {
  let id = 1000;
  let issue = 0;
  return {
    labels: ["bug"],
    issues: [],
    comments: [],
    deployments: [],
    statuses: [],
    nextId: () => (id += 1),
    nextIssue: () => (issue += 1),
  };
}
