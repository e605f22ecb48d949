// What is written at GitHub: comments and issues, read over all pages.
import type { Octokit } from "@octokit/rest";
import type { Github, Issue, Writing } from "./github.ts";
import { githubStatus } from "./github-failure.ts";

export interface At {
  owner: string;
  repo: string;
}

/** Runs one piece of work on the API; `doing` names it where it fails. */
export type Ask = <T>(doing: string, work: (rest: Octokit["rest"]) => Promise<T>) => Promise<T>;

/** Never sent again by the library: the answer may be lost after the deed. */
export const once = { request: { retries: 0 } };

export function writings(client: Octokit, at: At, ask: Ask) {
  const all = { per_page: 100 };
  return {
    comments: (pull: number) =>
      ask(`reading the comments of #${pull}`, async ({ issues }) => {
        const found = await client.paginate(issues.listComments, { ...at, issue_number: pull, ...all });
        return found.map(writing);
      }),
    createComment: (pull: number, body: string) =>
      ask(`commenting on #${pull}`, async ({ issues }) =>
        writing((await issues.createComment({ ...at, issue_number: pull, body, ...once })).data),
      ),
    updateComment: (id: number, body: string) =>
      ask(`updating comment ${id}`, async ({ issues }) => {
        try {
          await issues.updateComment({ ...at, comment_id: id, body });
          return true;
        } catch (error) {
          if (githubStatus(error) === 404) return false;
          throw error;
        }
      }),
    removeComment: (id: number) =>
      ask(`removing comment ${id}`, async ({ issues }) => {
        await issues.deleteComment({ ...at, comment_id: id }).catch((error: unknown) => {
          if (githubStatus(error) !== 404) throw error;
        });
      }),
    issues: (label: string) =>
      ask(`reading the issues with the label ${label}`, async ({ issues }) => {
        const wanted = { labels: label, state: "all", sort: "created", direction: "asc" } as const;
        const found = await client.paginate(issues.listForRepo, { ...at, ...wanted, ...all });
        return found.filter((one) => one.pull_request === undefined).map(issue);
      }),
    ensureLabel: (label: { name: string; color: string; description: string }) =>
      ask(`making the label ${label.name}`, async ({ issues }) => {
        await issues.createLabel({ ...at, ...label }).catch((error: unknown) => {
          if (!isThere(error)) throw error;
        });
      }),
    createIssue: (made: { title: string; body: string; labels: string[] }) =>
      ask("opening an issue", async ({ issues }) =>
        issue((await issues.create({ ...at, ...made, ...once })).data),
      ),
    updateIssue: (number: number, { reason, ...change }: Parameters<Github["updateIssue"]>[1]) =>
      ask(`updating issue #${number}`, async ({ issues }) => {
        const why = reason === undefined ? {} : { state_reason: reason };
        await issues.update({ ...at, issue_number: number, ...change, ...why });
      }),
  };
}

/** GitHub's words for what cannot be made because it is there. */
const isThere = (error: unknown): boolean =>
  githubStatus(error) === 422 && error instanceof Error && error.message.includes("already_exists");

interface Told {
  body?: string | null | undefined;
  user?: { login: string } | null | undefined;
  html_url: string;
}

const written = ({ body, user, html_url }: Told) => ({
  author: user?.login ?? "",
  body: body ?? "",
  url: html_url,
});
const writing = (told: Told & { id: number }): Writing => ({ id: told.id, ...written(told) });

interface ToldIssue extends Told {
  number: number;
  title: string;
  state: string;
  labels: (string | { name?: string | undefined })[];
}

const issue = (told: ToldIssue): Issue => ({
  id: told.number,
  ...written(told),
  title: told.title,
  labels: told.labels.map((one) => (typeof one === "string" ? one : (one.name ?? ""))),
  open: told.state === "open",
});
