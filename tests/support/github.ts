// A GitHub for tests: keeps real state, checks every request and every answer against GitHub's own OpenAPI description.
// As a program it prints the variables of its environment, one a line, and runs until it is ended:
//   node tests/support/github.ts [acme/game]      GET <url>/_state tells what it holds, as JSON
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openFaults } from "./github-faults.ts";
import type { Fault } from "./github-faults.ts";
import { emptyState } from "./github-state.ts";
import type { Actor, Comment, CommitStatus, Deployment, Issue } from "./github-state.ts";
import { listener } from "./github-listener.ts";
import type { Request } from "./github-listener.ts";

export interface FakeGithub extends AsyncDisposable {
  /** Address of the API, for GITHUB_API_URL. */
  url: string;
  /** `acme/game` */
  repository: string;
  /** A token of `github-actions[bot]`, as GITHUB_TOKEN is one. */
  token: string;
  /** GITHUB_API_URL, GITHUB_SERVER_URL, GITHUB_REPOSITORY and GITHUB_TOKEN. */
  env: Record<string, string>;
  /** Every request that came, in order. */
  requests: Request[];
  /** What was not as GitHub describes it, in requests and in our own answers: to be empty at the end of each test. */
  complaints: string[];
  /** Those that the repository has; an issue gets no other, and is not told so. */
  labels: string[];
  issues: Issue[];
  comments: Comment[];
  deployments: Deployment[];
  statuses: CommitStatus[];
  /** Another token; gives it back. */
  addToken: (token: string, actor: Actor) => string;
  addIssue: (issue: Partial<Issue>) => Issue;
  addPull: () => Issue;
  addComment: (issue: number, by: Actor, body: string) => Comment;
  /** The next requests go wrong. */
  fail: (fault: Fault) => void;
  /** The next requests of an operation wait until so many of them are there. */
  together: (operation: string, count: number) => void;
}

export const bot: Actor = { login: "github-actions[bot]", app: "github-actions" };

/** Starts it on a free port of this machine. `repository`: the only one it has. */
export async function startGithub(repository = "acme/game"): Promise<FakeGithub> {
  const state = emptyState();
  const token = `ghs_${"t".repeat(36)}`;
  const tokens = new Map<string, Actor>([[token, bot]]);
  const [requests, complaints, faults]: [Request[], string[], ReturnType<typeof openFaults>] = [
    [],
    [],
    openFaults(),
  ];
  const server = createServer(listener({ repository, state, tokens, requests, complaints, faults }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const now = (): string => new Date().toISOString();
  const addIssue = (issue: Partial<Issue>): Issue => {
    const blank = { by: bot, title: "An issue", body: "", labels: [], state: "open" as const };
    const made = { ...blank, number: state.nextIssue(), stateReason: null, pull: false, at: now(), ...issue };
    state.issues.push(made);
    return made;
  };
  return {
    url,
    repository,
    token,
    env: {
      GITHUB_API_URL: url,
      GITHUB_SERVER_URL: "https://github.example",
      GITHUB_REPOSITORY: repository,
      GITHUB_TOKEN: token,
    },
    requests,
    complaints,
    ...state,
    addToken: (text, actor) => {
      tokens.set(text, actor);
      return text;
    },
    addIssue,
    addPull: () => addIssue({ pull: true, title: "A change" }),
    addComment: (issue, by, body) => {
      const comment = { id: state.nextId(), issue, by, body, at: now() };
      state.comments.push(comment);
      return comment;
    },
    fail: faults.add,
    together: faults.together,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

if (import.meta.main) {
  const github = await startGithub(process.argv[2]);
  // Numbers of pull requests that an event may name.
  for (let pull = 1; pull <= 9; pull += 1) github.addPull();
  process.stdout.write(
    Object.entries(github.env)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(""),
  );
}
