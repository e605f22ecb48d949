// Posts one JSON document to a webhook and reads the beginning of what it answers; no redirect is followed.

export interface WebhookAnswer {
  status: number;
  /** Seconds it asks to wait, where it does. */
  retryAfter: number | null;
  /** At most the first 4096 characters. */
  text: string;
}

/** `timeoutMs` counts for the whole of it. Throws WebhookFailure where there is no answer. */
export type Post = (
  url: string,
  body: unknown,
  options: { timeoutMs: number; signal: AbortSignal },
) => Promise<WebhookAnswer>;

/** No answer; the message holds nothing of the URL. */
export class WebhookFailure extends Error {}

const MOST = 4096;

export const postJson: Post = async (url, body, { timeoutMs, signal }) => {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "surefoot" },
      body: JSON.stringify(body),
      // What is told is for this address alone.
      redirect: "manual",
      signal: AbortSignal.any([signal, limit]),
    });
    const text = await beginningOf(response);
    return { status: response.status, retryAfter: retryAfterOf(response.headers, text), text };
  } catch (error) {
    signal.throwIfAborted();
    const { code } = ((error as Error).cause ?? {}) as { code?: unknown };
    const why = typeof code === "string" && /^[A-Z_]{1,60}$/.test(code) ? ` (${code})` : "";
    throw new WebhookFailure(
      limit.aborted ? `did not answer within ${timeoutMs / 1000} s` : `could not be reached${why}`,
    );
  }
};

async function beginningOf({ body }: Response): Promise<string> {
  if (body === null) return "";
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= MOST) break;
  }
  return text.slice(0, MOST);
}

/** Slack and Discord say it in a header, Telegram in its document. */
function retryAfterOf(headers: Headers, text: string): number | null {
  const given = [headers.get("retry-after"), /"retry_after"\s*:\s*(\d+(?:\.\d+)?)/.exec(text)?.[1]];
  const seconds = given.flatMap((one) => (one ? [Number(one)] : [])).filter((one) => one >= 0);
  const longest = Math.max(...seconds);
  return Number.isFinite(longest) ? longest : null;
}
