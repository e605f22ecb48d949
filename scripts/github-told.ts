// What the verbs tell GitHub, where they are run by one of its workflows.
import { linked } from "../pipelines/delivery/open.ts";
import { githubRun } from "../pipelines/drivers/github-run.ts";
import { openGithub } from "../pipelines/drivers/github.ts";
import { tellGithub } from "../pipelines/github/telling.ts";
import type { Told } from "../pipelines/github/telling.ts";
import { repo, say } from "./verb.ts";

// GitHub kills a cancelled step 10 seconds after it asked it to end.
const lastWordsMilliseconds = 5000;

/** In a workflow's run that was given a token; undefined anywhere else. An interrupted run has a few seconds more to tell so. */
export function githubTold(
  environments: readonly string[],
  { verb, statuses, signal }: { verb: string; statuses: boolean; signal: AbortSignal },
): Told | undefined {
  const { env } = process;
  if (env["GITHUB_ACTIONS"] !== "true" || env["GITHUB_TOKEN"] === undefined) return undefined;
  const all = linked(repo);
  const last = environments.filter((id) => !all.some(({ promotion }) => promotion?.after === id));
  const patience = new AbortController();
  const end = (): void => patience.abort(signal.reason);
  signal.addEventListener("abort", () => void setTimeout(end, lastWordsMilliseconds).unref(), { once: true });
  const github = openGithub(env, { signal: patience.signal });
  return tellGithub(github, githubRun(env), { verb, production: new Set(last), statuses, say });
}
