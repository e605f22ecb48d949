// Turns what GitHub answers, or that it does not, into one clear refusal: what failed, what is true now, what to do.
import { Refusal } from "../errors.ts";
import type { ErrorCode } from "../error-codes.ts";
import { printable } from "../ledger/printable.ts";
import { maskText } from "../masking/secrets.ts";
import { refusing } from "./deed.ts";
import type { Deed } from "./deed.ts";

/** An error of the library: `status` is 500 where there was no answer at all. */
interface HttpError extends Error {
  status: number;
  response?: { headers: Record<string, string | number | undefined> };
}

interface Cause {
  code: ErrorCode;
  what: string;
  next: string;
}

const again = "run the same command again";

/** Runs one piece of work on GitHub; what it throws becomes a refusal. A bug stays what it is. */
export const onGithub = refusing(githubFailure);

/** E_GITHUB, E_GITHUB_LIMIT, E_GITHUB_TOKEN or E_GITHUB_UNREACHABLE; an error that is a bug, as it is. */
export function githubFailure(error: unknown, { doing, state }: Deed): unknown {
  if (!isHttpError(error)) return error;
  const { code, what, next } = causeOf(error);
  return new Refusal(
    code,
    { what: `${doing}: ${what}`, state, next, details: [short(error.message)] },
    { cause: error },
  );
}

/** The status of GitHub's answer; undefined where there was none. */
export function githubStatus(error: unknown): number | undefined {
  return isHttpError(error) && error.response !== undefined ? error.status : undefined;
}

const isHttpError = (error: unknown): error is HttpError =>
  error instanceof Error && error.name === "HttpError" && typeof (error as HttpError).status === "number";

function causeOf({ status, response, message }: HttpError): Cause {
  if (response === undefined)
    return {
      code: "E_GITHUB_UNREACHABLE",
      what: "GitHub cannot be reached, or its answer was cut off",
      next: `check GITHUB_API_URL and the way there, then ${again}`,
    };
  if (status === 401)
    return {
      code: "E_GITHUB_TOKEN",
      what: "GitHub does not know the token",
      next: `put a valid one into GITHUB_TOKEN, then ${again}`,
    };
  if (isLimit(status, message, response.headers)) return limit(response.headers);
  if (status === 403)
    return {
      code: "E_GITHUB_TOKEN",
      what: "the token may not do this",
      next: `give the job the permission that GitHub names (issues, pull-requests, deployments or statuses: write), then ${again}`,
    };
  if (status >= 500)
    return {
      code: "E_GITHUB_UNREACHABLE",
      what: `GitHub is not well (HTTP ${status})`,
      next: `wait until it is back, then ${again}`,
    };
  const hidden = status === 404 ? ": there is no such thing, or the token may not see it" : "";
  return {
    code: "E_GITHUB",
    what: `GitHub refused (HTTP ${status})${hidden}`,
    next: `mend what it names, then ${again}`,
  };
}

const isLimit = (status: number, message: string, headers: Record<string, unknown>): boolean =>
  status === 429 ||
  (status === 403 &&
    (/\bsecondary rate\b/i.test(message) || String(headers["x-ratelimit-remaining"]) === "0"));

function limit(headers: Record<string, string | number | undefined>): Cause {
  const reset = Number(headers["x-ratelimit-reset"]);
  const after = Number(headers["retry-after"]);
  const until = reset > 0 ? ` until ${new Date(reset * 1000).toISOString()}` : "";
  const wait = after > 0 ? ` for ${after} s` : until;
  return {
    code: "E_GITHUB_LIMIT",
    what: `GitHub asks for fewer requests${wait}`,
    next: `wait, then ${again}`,
  };
}

/** GitHub's own words: they may repeat what was sent. The beginning of a secret does not look like one: cut at the end. */
const short = (text: string): string => printable(maskText(text)).slice(0, 300);
