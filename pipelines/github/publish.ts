// Puts a preview where a pull request is reviewed: step summary and outputs of the run first, then the comment.
import type { Github } from "../drivers/github.ts";
import type { GithubRun } from "../drivers/github-run.ts";
import { Refusal } from "../errors.ts";
import type { ChangePreview, FailedPreview } from "../preview/document.ts";
import { COMMENT_LIMIT, markdownOf } from "../preview/markdown.ts";
import { verdictOf } from "../preview/overview.ts";
import { COMMENT_MARKS, upsertComment } from "./comment.ts";

export interface Published {
  /** null: there was none to write; `said` tells why. */
  comment: string | null;
  /** What was done, a line each. */
  said: string[];
}

// Less is no summary: the preview needs this much to tell more than its verdict.
const LEAST_ROOM = 4000;

/** Writes all three. Refuses as the driver does when the comment cannot be written; the rest is written by then. */
export async function publishPreview(
  of: ChangePreview,
  run: GithubRun,
  github: () => Github,
): Promise<Published> {
  const preview = { ...of, remarks: [...mergeRemark(of, run), ...(of.remarks ?? [])] };
  const said = [summarise(preview, run)];
  run.output("verdict", verdictOf(preview));
  run.output("environments", JSON.stringify(changedIn(preview)));
  const { comment, words } = await commentOn(preview, run, github);
  run.output("comment", comment ?? "");
  return { comment, said: [...said, words] };
}

/**
 * A preview that ended before there was one, such as over a base that is not there: told in the same places, so that no older
 * comment stands as if it were of this commit. What was interrupted is not told: a newer run follows. Refuses as the driver does.
 */
export async function publishFailure(
  error: unknown,
  run: GithubRun,
  github: () => Github,
): Promise<Published> {
  if (error instanceof Refusal && error.code === "E_INTERRUPTED") return { comment: null, said: [] };
  const failed = { environment: "every environment", offline: false, verdict: "failed" as const };
  const preview: ChangePreview = {
    schema: 1,
    head: { commit: run.pull?.head ?? null, dirty: false },
    base: null,
    environments: [{ ...failed, error: told(error) }],
    skipped: [],
  };
  return publishPreview(preview, run, github);
}

function told(error: unknown): FailedPreview["error"] {
  if (error instanceof Refusal) {
    const { code, message: what, state, next, details } = error;
    return { code, what, state, next, details };
  }
  const what = `Surefoot itself failed: ${error instanceof Error ? error.message : String(error)}`;
  return { code: "E_BUG", what, state: "nothing was changed", next: "look into the log of the run" };
}

/** What is checked out for a pull request is its merge, a commit that nobody who reads the comment has seen. */
function mergeRemark({ head }: ChangePreview, { pull, ref }: GithubRun): string[] {
  if (pull === null || head.commit === pull.head || ref !== `refs/pull/${pull.number}/merge`) return [];
  return [`what is previewed is the merge of ${pull.head.slice(0, 12)} into ${pull.base.ref}`];
}

function summarise(preview: ChangePreview, run: GithubRun): string {
  const room = run.room();
  if (room < LEAST_ROOM) return "the summary of this step is full: the preview is not in it";
  run.summarise(markdownOf(preview, { limit: room }));
  return "the preview is in the step summary";
}

async function commentOn(
  preview: ChangePreview,
  run: GithubRun,
  github: () => Github,
): Promise<{ comment: string | null; words: string }> {
  if (run.pull === null)
    return { comment: null, words: `no comment: a run of ${run.event} is of no pull request` };
  const { number: pull, fork } = run.pull;
  if (fork)
    return { comment: null, words: `no comment: #${pull} comes from a fork, where the token may only read` };
  const text = markdownOf(preview, { limit: COMMENT_LIMIT - COMMENT_MARKS, fullAt: run.link });
  try {
    const { did, url, removed } = await upsertComment(github(), { pull, run }, text);
    const rest = removed > 0 ? `, ${removed} of runs at the same time removed` : "";
    const words = did === "superseded" ? "left as it is: a newer run wrote it" : did;
    return { comment: url, words: `the comment of #${pull} is ${words}${rest}` };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, message: what, next, details } = error;
    const state = "the preview is in the step summary; the comment is not as it should be";
    throw new Refusal(code, { what, state, next, details }, { cause: error });
  }
}

const changedIn = ({ environments }: ChangePreview): string[] =>
  environments.filter(({ verdict }) => verdict !== "clean").map(({ environment }) => environment);
