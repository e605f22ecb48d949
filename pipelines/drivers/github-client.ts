// The library that speaks with GitHub, set up: version, address, token, waiting at limits, bounded attempts, no answer taken for whole that is not.
import { Octokit } from "@octokit/rest";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import type { Clock } from "./clock.ts";

export interface ClientOptions {
  /** `https://api.github.com` */
  api: string;
  token: string;
  clock: Clock;
  signal?: AbortSignal | undefined;
  /** GitHub asks for a pause of 1 to 3 s between writes, and the library keeps it; only tests go without. */
  unpaced?: boolean | undefined;
}

export const apiVersion = "2022-11-28";

// A limit that lasts longer than this is told, not waited for: a job should not idle for most of an hour.
const LONGEST_WAIT_S = 120;
const MOST_ATTEMPTS = 3;
const TIMEOUT_MS = 30_000;

const Client = Octokit.plugin(retry, throttling);

// Says "go" at once. Only tests: see `unpaced`.
const noPause = { key: () => ({ schedule: (_options: unknown, go: () => unknown) => go() }) } as never;

/** An Octokit. Limits are waited for by the clock and end with the signal; other failures of the server are tried again. */
export function openClient({ api, token, clock, signal, unpaced = false }: ClientOptions): Octokit {
  const wait = async (seconds: number, attempt: number): Promise<boolean> => {
    if (attempt >= MOST_ATTEMPTS || seconds > LONGEST_WAIT_S) return false;
    await clock.sleep(seconds, signal);
    return true;
  };
  const client = new Client({
    auth: token,
    baseUrl: api,
    userAgent: "surefoot",
    request: { fetch: wholly(signal) },
    // The library would print what it meets, addresses included.
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    // 409 and 429 are answers like the others of this list: the same request gets them again, or must wait first.
    retry: {
      retries: MOST_ATTEMPTS,
      doNotRetry: [400, 401, 403, 404, 409, 410, 422, 429, 451],
      ...(unpaced ? { retryAfterBaseValue: 1 } : {}),
    },
    throttle: {
      // The waiting is done in the handlers, where it can be ended.
      retryAfterBaseValue: 0,
      onRateLimit: (seconds, _options, _octokit, attempt) => wait(seconds, attempt),
      onSecondaryRateLimit: (seconds, _options, _octokit, attempt) => wait(seconds, attempt),
      ...(unpaced ? { write: noPause, notifications: noPause } : {}),
    },
  });
  client.hook.before("request", (options) => {
    options.headers["x-github-api-version"] = apiVersion;
  });
  return client;
}

/** Fetches the whole answer: the library takes one that was cut off for an empty one, and so a full list for an empty list. */
function wholly(signal: AbortSignal | undefined): typeof fetch {
  return async (input, init) => {
    const limit = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(input, {
      ...init,
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
    const text = await response.text();
    if (response.ok && text !== "" && !isJson(text)) throw new TypeError("the answer is not JSON");
    const { status, statusText, headers } = response;
    return new Response(text === "" ? null : text, { status, statusText, headers: decoded(headers) });
  };
}

/** The headers of a body that is unpacked already. */
function decoded(headers: Headers): Headers {
  const plain = new Headers(headers);
  for (const name of ["content-encoding", "content-length"]) plain.delete(name);
  return plain;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
