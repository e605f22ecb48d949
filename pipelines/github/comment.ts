// The one comment of a pull request: found again, rewritten in place, and one only, however many runs write at a time.
import type { Github, Writing } from "../drivers/github.ts";
import { Refusal } from "../errors.ts";
import { marker, ours, sameBody } from "./marker.ts";

export interface CommentPlace {
  pull: number;
  /** Tells several comments of one pull request apart; `all` where there is one. */
  target?: string;
  /** The run that writes: an older run never overwrites what a newer one wrote. */
  run?: { id: number; attempt: number } | undefined;
}

export interface Comment {
  /** superseded: a newer run wrote it. */
  did: "created" | "updated" | "unchanged" | "superseded";
  url: string;
  /** Duplicates of runs at the same time that were removed. */
  removed: number;
}

const MOST_ATTEMPTS = 3;

/** Room that the hidden lines take of GitHub's limit. */
export const COMMENT_MARKS = 300;

/**
 * Writes the comment. Two runs at once may both find none and both write one: each looks again after it wrote, and both keep the
 * oldest and remove the rest, so that one stays. A lost answer is no reason to write twice: it looks first. Refuses as the driver does.
 */
export async function upsertComment(github: Github, place: CommentPlace, text: string): Promise<Comment> {
  const { pull, target = "all", run } = place;
  const mark = marker("preview", { pull, target });
  const body = [mark, ...(run === undefined ? [] : [runMark(run)]), text].join("\n");
  let login = await github.login();
  let created: Writing | undefined;
  let lost: unknown;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const found = await github.comments(pull);
    // A list may lag behind what was written a moment ago.
    const all =
      created === undefined || found.some(({ id }) => id === created?.id) ? found : [...found, created];
    const [kept, ...rest] = ours(all, mark, login);
    if (kept !== undefined) {
      for (const { id } of rest) await github.removeComment(id);
      const did = await rewrite(github, kept, body, run);
      if (did !== "gone") {
        const first = did === "unchanged" && kept.id === created?.id;
        return { did: first ? "created" : did, url: kept.url, removed: rest.length };
      }
      created = undefined;
    }
    try {
      created = await github.createComment(pull, body);
      // The only place where an App's token tells whose it is; what that App wrote earlier is found the next time round.
      login = created.author;
    } catch (error) {
      if (!(error instanceof Refusal && error.code === "E_GITHUB_UNREACHABLE")) throw error;
      lost = error;
    }
  }
  if (created === undefined) throw lost;
  return { did: "created", url: created.url, removed: 0 };
}

async function rewrite(
  github: Github,
  { id, body: before }: Writing,
  body: string,
  run: CommentPlace["run"],
): Promise<"updated" | "unchanged" | "superseded" | "gone"> {
  if (sameBody(before, body)) return "unchanged";
  const wrote = runOf(before);
  if (run !== undefined && wrote !== undefined && isNewer(wrote, run)) return "superseded";
  return (await github.updateComment(id, body)) ? "updated" : "gone";
}

type Run = { id: number; attempt: number };

const runMark = ({ id, attempt }: Run): string => `<!-- surefoot:run ${id}.${attempt} -->`;

function runOf(body: string): Run | undefined {
  const [, id, attempt] = /^<!-- surefoot:run (\d+)\.(\d+) -->$/.exec(body.split(/\r?\n/, 2)[1] ?? "") ?? [];
  return id === undefined ? undefined : { id: Number(id), attempt: Number(attempt) };
}

const isNewer = (a: Run, b: Run): boolean => a.id > b.id || (a.id === b.id && a.attempt > b.attempt);
