// Tells what looks for drift found where people see it: one GitHub issue an environment, and its chats.
import type { Github } from "../drivers/github.ts";
import { describe } from "../environment/describe.ts";
import { Refusal } from "../errors.ts";
import { syncIssue } from "../github/issue.ts";
import type { IssueSynced } from "../github/issue.ts";
import { notifierOf } from "../notify/open.ts";
import { maskText } from "../masking/secrets.ts";
import { clean } from "../preview/words.ts";
import type { DriftDocument, DriftLook } from "./document.ts";
import { driftIssue } from "./markdown.ts";
import { noticeOfDrift } from "./notice.ts";

export interface NewsOptions {
  /** Without it no issue is kept. */
  github: Github | undefined;
  env: Readonly<Record<string, string | undefined>>;
  /** Remarks: chats that cannot be told. */
  warn: (text: string) => void;
}

export type IssueNews = { environment: string } & (
  | IssueSynced
  | { did: "kept" | "failed"; url: null; why: string }
);

/** Issues first, so that chats can name them. An issue that cannot be kept is told in the result; chats never fail it. */
export async function tellDrift(
  repo: string,
  { at, environments }: DriftDocument,
  { github, env, warn }: NewsOptions,
): Promise<IssueNews[]> {
  const run = runOf(env);
  const news: IssueNews[] = [];
  for (const look of environments) {
    const kept = github && (await keepIssue(github, look, { at, run }));
    if (kept !== undefined) news.push(kept);
    await tellChats(repo, look, { closed: kept?.did === "closed", link: kept?.url ?? run, env, warn });
  }
  return news;
}

async function keepIssue(
  github: Github,
  look: DriftLook,
  seen: { at: string; run: string | undefined },
): Promise<IssueNews> {
  const { environment } = look;
  const asIs = (why: string): IssueNews => ({ environment, did: "kept", url: null, why });
  if (environment.startsWith("local/")) return asIs("rehearsals have no issue");
  const wanted = driftIssue(look, seen);
  if (wanted === undefined) return asIs("what this look says is no reason to open or close one");
  try {
    return { environment, ...(await syncIssue(github, wanted)) };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === "E_INTERRUPTED") throw error;
    return { environment, did: "failed", url: null, why: maskText(`${error.code} ${error.message}`) };
  }
}

async function tellChats(
  repo: string,
  look: DriftLook,
  {
    closed,
    link,
    ...options
  }: { closed: boolean; link: string | undefined } & Pick<NewsOptions, "env" | "warn">,
): Promise<void> {
  const notice = noticeOfDrift(look, { open: closed }, link);
  if (notice === undefined) return;
  let described;
  try {
    described = describe(repo, look.environment);
  } catch (error) {
    // With a broken description nobody knows whom to tell; the look has said what is broken.
    if (error instanceof Refusal) return;
    throw error;
  }
  await using notifier = notifierOf(described, options);
  notifier.tell(notice);
}

/** The address of this run of GitHub Actions. */
function runOf(env: NewsOptions["env"]): string | undefined {
  const [server, repository, id] = ["GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID"].map(
    (name) => env[name] ?? "",
  );
  const good = /^https:\/\/[\w.-]+$/.test(server ?? "") && /^[\w.-]+\/[\w.-]+$/.test(repository ?? "");
  return good && /^\d+$/.test(id ?? "") ? `${server}/${repository}/actions/runs/${id}` : undefined;
}

/** Lines of what became of the issues. */
export function issuesText(news: readonly IssueNews[]): string[] {
  const words: Record<IssueNews["did"], string> = {
    opened: "opened",
    updated: "updated",
    unchanged: "is as it was",
    reopened: "opened again",
    closed: "closed",
    none: "there is none and none is needed",
    kept: "left as it is",
    failed: "COULD NOT BE KEPT",
  };
  return news.map((one) => {
    const more =
      "why" in one ? `: ${clean(one.why, 300)}` : one.url === null ? "" : `: ${clean(one.url, 200)}`;
    return `issue   ${clean(one.environment)}: ${words[one.did]}${more}`;
  });
}
