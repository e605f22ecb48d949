// Which environments a preview looks at: the named ones, else all that the change reaches; the others with why not.
import { join } from "node:path";
import { complainAboutName } from "../../environments/name.ts";
import { listDescriptions } from "../../environments/folder.ts";
import { loadDescription } from "../../environments/loader.ts";
import { filesAt } from "../drivers/git-compare.ts";
import type { Comparison } from "../drivers/git-compare.ts";
import { nameOf } from "../environment/describe.ts";
import { reachedBy } from "./affected.ts";
import type { ChangePreview } from "./document.ts";
import { changeFacts } from "./facts.ts";
import { hasStandIn } from "./open.ts";

export interface Choice {
  /** As typed, or names of descriptions. */
  chosen: string[];
  skipped: ChangePreview["skipped"];
}

/** Refuses a name that is not described with E_ENVIRONMENT. `comparison`: null where the change is held against nothing. */
export async function chooseEnvironments(
  repo: string,
  named: readonly string[],
  { offline, comparison }: { offline: boolean; comparison: Comparison | null },
): Promise<Choice> {
  // Whoever names them wants them all.
  if (named.length > 0) return { chosen: [...new Set(named.map((id) => nameOf(repo, id).id))], skipped: [] };
  const names = listDescriptions(join(repo, "environments"));
  const absent = offline ? names.filter((name) => playedBy(repo, name) === undefined) : [];
  const there = names.filter((name) => !absent.includes(name));
  const skipped = absent.map((name) => ({
    environment: name,
    why: "nothing stands in for its platform: it is seen by a preview that is not offline",
  }));
  if (comparison === null) return { chosen: there, skipped };
  const reached = reachedBy(await changeFacts(repo, there, comparison.paths));
  return {
    chosen: reached.filter(({ affected }) => affected).map(({ environment }) => environment),
    skipped: [
      ...skipped,
      ...reached.filter(({ affected }) => !affected).map(({ environment, why }) => ({ environment, why })),
      ...(await gone(repo, comparison.commit, names)),
    ],
  };
}

/** The platform that a stand-in plays; undefined where none does. One that cannot be read is for the preview to refuse. */
function playedBy(repo: string, name: string): string | undefined {
  const loaded = loadDescription(join(repo, "environments"), name);
  if (!loaded.ok) return "unknown";
  const { platform } = loaded.description;
  return hasStandIn(platform) ? platform : undefined;
}

/** Environments that the change takes the description of away: nothing is changed there, and somebody should know. */
async function gone(
  repo: string,
  commit: string,
  names: readonly string[],
): Promise<ChangePreview["skipped"]> {
  const before = (await filesAt(repo, commit, "environments"))
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length))
    .filter((name) => complainAboutName(name) === undefined);
  return before
    .filter((name) => !names.includes(name))
    .map((environment) => ({
      environment,
      why: "the change takes its description away; what runs there stays until surefoot down, run before that",
    }));
}
