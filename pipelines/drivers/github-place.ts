// Where GitHub is, which repository, and with which token: from the variables that a workflow has.
import { Refusal } from "../errors.ts";
import { printable } from "../ledger/printable.ts";

export interface GithubPlace {
  /** Without a slash at its end. */
  api: string;
  token: string;
  owner: string;
  repo: string;
}

const state = "GitHub was not asked";

/** GITHUB_API_URL (GitHub's own where it is not set), GITHUB_TOKEN, GITHUB_REPOSITORY. Refuses with E_GITHUB or E_GITHUB_TOKEN. */
export function githubPlace(env: NodeJS.ProcessEnv): GithubPlace {
  const [, owner, repo] = /^([\w-]{1,100})\/([\w.-]{1,100})$/.exec(env["GITHUB_REPOSITORY"] ?? "") ?? [];
  if (owner === undefined || repo === undefined)
    throw wrong("GITHUB_REPOSITORY", env["GITHUB_REPOSITORY"], "owner/name");
  const api = apiOf(env["GITHUB_API_URL"] ?? "https://api.github.com");
  return { api, token: tokenOf(env["GITHUB_TOKEN"] ?? ""), owner, repo };
}

function apiOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const near = url !== undefined && ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  // In the clear the token would be anybody's.
  const safe = url?.protocol === "https:" || (near && url.protocol === "http:");
  if (url === undefined || !safe || url.username !== "" || url.search !== "")
    throw wrong("GITHUB_API_URL", text, "an https address without a user, such as https://api.github.com");
  return url.href.replace(/\/+$/, "");
}

function tokenOf(token: string): string {
  // A token with a line break would be quoted by the library that cannot send it.
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new Refusal("E_GITHUB_TOKEN", {
    what: token === "" ? "GITHUB_TOKEN is not set" : "GITHUB_TOKEN holds a sign that no token has",
    state,
    next: "in a workflow: env: GITHUB_TOKEN: ${{ github.token }}",
  });
}

const wrong = (name: string, value: string | undefined, wanted: string): Refusal =>
  new Refusal("E_GITHUB", {
    what: value === undefined ? `${name} is not set` : `${name} is wrong: ${printable(value).slice(0, 100)}`,
    state,
    next: `set it to ${wanted}`,
  });
