// The one issue of a stack: opened when it drifts, rewritten in place, closed when it is clean, opened again when it drifts again.
import type { Github, Issue } from "../drivers/github.ts";
import { Refusal } from "../errors.ts";
import { printable } from "../ledger/printable.ts";
import { maskText } from "../masking/secrets.ts";
import { marker, ours, sameBody } from "./marker.ts";

/** `title` is made harmless here; `body` is Markdown that already is (preview/markdown-safe.ts). */
export type StackIssue =
  | { stack: string; title: string; body: string }
  /** The stack is as described; `clean` is the note in Markdown that the issue is closed with. */
  | { stack: string; clean: string };

export interface IssueSynced {
  did: "opened" | "updated" | "unchanged" | "reopened" | "closed" | "none";
  /** null: there is none and none is needed. */
  url: string | null;
}

/** The label that all of them have: they are found by it and by their marker, never by GitHub's search, which matches prose. */
export const DRIFT_LABEL = "surefoot-drift";

const label = {
  name: DRIFT_LABEL,
  color: "d4a72c",
  description: "Kept by surefoot drift: one issue a stack",
};
const MOST_TITLE = 200;
// GitHub's limit in characters, kept in bytes.
const MOST_BODY = 65_536;
const MOST_ATTEMPTS = 3;

/** Brings the issue of a stack to what is given. Duplicates of runs at the same time are closed. Refuses as the driver does. */
export async function syncIssue(github: Github, wanted: StackIssue): Promise<IssueSynced> {
  const mark = marker("drift", { stack: wanted.stack });
  let login = await github.login();
  let created: Issue | undefined;
  let lost: unknown;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const found = await github.issues(DRIFT_LABEL);
    const all =
      created === undefined || found.some(({ id }) => id === created?.id) ? found : [...found, created];
    const [kept, ...rest] = ours(all, mark, login);
    for (const { id } of rest) await closeDuplicate(github, id, kept?.id);
    if (kept !== undefined) return bring(github, kept, wanted, mark, created?.id);
    if ("clean" in wanted) return { did: "none", url: null };
    await github.ensureLabel(label);
    try {
      const body = `${mark}\n${wanted.body}`;
      created = await github.createIssue({ title: harmless(wanted.title), body, labels: [DRIFT_LABEL] });
      if (!created.labels.includes(DRIFT_LABEL)) throw await unlabelled(github, created);
      login = created.author;
    } catch (error) {
      if (!(error instanceof Refusal && error.code === "E_GITHUB_UNREACHABLE")) throw error;
      lost = error;
    }
  }
  if (created === undefined) throw lost;
  return { did: "opened", url: created.url };
}

async function bring(
  github: Github,
  issue: Issue,
  wanted: StackIssue,
  mark: string,
  created: number | undefined,
): Promise<IssueSynced> {
  const { id, url, open } = issue;
  if ("clean" in wanted) {
    if (!open) return { did: "unchanged", url };
    // One request: a note without the end of it, or the other way round, cannot be left behind.
    const told = issue.body.split("\n").slice(1).join("\n");
    const whole = `${mark}\n${wanted.clean}\n\n${told}`;
    const body = Buffer.byteLength(whole) > MOST_BODY ? `${mark}\n${wanted.clean}` : whole;
    await github.updateIssue(id, { body, state: "closed", reason: "completed" });
    return { did: "closed", url };
  }
  const body = `${mark}\n${wanted.body}`;
  const title = harmless(wanted.title);
  if (open && issue.title === title && sameBody(issue.body, body))
    return { did: id === created ? "opened" : "unchanged", url };
  await github.updateIssue(id, { title, body, ...(open ? {} : { state: "open" as const }) });
  return { did: open ? "updated" : "reopened", url };
}

/** Issues cannot be removed: it loses its marker, so that it is no longer found. */
async function closeDuplicate(github: Github, id: number, kept: number | undefined): Promise<void> {
  await github.updateIssue(id, { body: `Same as #${kept}.`, state: "closed", reason: "not_planned" });
}

/** Without its label it would not be found again, and each look would open one more. */
async function unlabelled(github: Github, { id, url }: Issue): Promise<Refusal> {
  await github.updateIssue(id, { state: "closed", reason: "not_planned" });
  return new Refusal("E_GITHUB_TOKEN", {
    what: `GitHub dropped the label ${DRIFT_LABEL} from issue #${id}: the token may not set labels`,
    state: `the issue was closed again: ${url}`,
    next: "give the job the permission issues: write, then run the same command again",
  });
}

const harmless = (title: string): string => printable(maskText(title)).slice(0, MOST_TITLE);
