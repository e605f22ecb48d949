// Sends one message to one chat: again after a while where that may help, and never for long.
import type { Clock } from "../drivers/clock.ts";
import { WebhookFailure } from "../drivers/webhook.ts";
import type { Post, WebhookAnswer } from "../drivers/webhook.ts";
import { plain } from "./plain.ts";

export interface Sender {
  post: Post;
  clock: Clock;
  timeoutMs: number;
  /** Aborted: no more waiting, what is under way is given up. */
  signal: AbortSignal;
}

export interface Sent {
  ok: boolean;
  attempts: number;
  problem: string | null;
}

const waits = [0.5, 2, 5];
// Longer than this the news is old.
const LONGEST_WAIT = 60;

/**
 * Tries at most four times. Never throws. An answer that got lost on its way is asked for again: told twice is better than
 * not told.
 */
export async function send(url: string, body: unknown, sender: Sender): Promise<Sent> {
  const { post, clock, signal, timeoutMs } = sender;
  let attempts = 0;
  let problem = "there was no time left for it";
  try {
    for (;;) {
      signal.throwIfAborted();
      attempts += 1;
      const found = await attempt(() => post(url, body, { timeoutMs, signal }));
      if (found.problem === null) return { ok: true, attempts, problem: null };
      ({ problem } = found);
      const wait = Math.max(waits[attempts - 1] ?? 0, found.retryAfter ?? 0);
      if (!found.again || attempts > waits.length || wait > LONGEST_WAIT) break;
      await clock.sleep(wait, signal);
    }
  } catch (error) {
    if (!signal.aborted) problem = plain((error as Error).message, 200);
  }
  return { ok: false, attempts, problem };
}

interface Attempt {
  problem: string | null;
  again: boolean;
  retryAfter: number | null;
}

async function attempt(work: () => Promise<WebhookAnswer>): Promise<Attempt> {
  try {
    return judged(await work());
  } catch (error) {
    if (!(error instanceof WebhookFailure)) throw error;
    return { problem: error.message, again: true, retryAfter: null };
  }
}

function judged({ status, retryAfter, text }: WebhookAnswer): Attempt {
  if (status >= 200 && status < 300) return { problem: null, again: false, retryAfter };
  const said = text.trim() === "" ? "" : `: ${plain(text.trim(), 160)}`;
  return { problem: `answered ${status}${said}`, again: status === 429 || status >= 500, retryAfter };
}
