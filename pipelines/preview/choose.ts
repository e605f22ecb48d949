// Which environments a preview looks at: the named ones, or those that the change reaches; the others with why not.
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

export interface Wish {
  offline: boolean;
  /** null where the change is held against nothing. */
  comparison: Comparison | null;
  /** Of those that are named only what the change reaches. */
  reached: boolean;
}

/** Refuses a name that is not described with E_ENVIRONMENT; with `reached` not one that the change takes the description of away. */
export async function chooseEnvironments(
  repo: string,
  named: readonly string[],
  { offline, comparison, reached }: Wish,
): Promise<Choice> {
  const idsOf = (names: readonly string[]): string[] => [...new Set(names.map((id) => nameOf(repo, id).id))];
  // Whoever names them wants them all, but where they say otherwise.
  if (named.length > 0 && !reached) return { chosen: idsOf(named), skipped: [] };
  const all = listDescriptions(join(repo, "environments"));
  const lost = comparison === null ? [] : await gone(repo, comparison.commit, all);
  const ids = idsOf(named.filter((id) => lost.every(({ environment }) => environment !== id)));
  // Rehearsals are of this machine, whatever their description says of its platform: no change tells that it does not reach them.
  const rehearsals = ids.filter((id) => id.startsWith("local/"));
  const isWanted = (name: string): boolean => named.length === 0 || ids.includes(name);
  const absent = offline ? all.filter((name) => playedBy(repo, name) === undefined) : [];
  const there = all.filter((name) => !absent.includes(name));
  const skipped = absent.filter(isWanted).map((environment) => ({
    environment,
    why: "nothing stands in for its platform: it is seen by a preview that is not offline",
  }));
  if (comparison === null) return { chosen: there.filter(isWanted), skipped };
  // Over all of them: what another platform alone is made of is known by that platform's environments.
  const found = reachedBy(await changeFacts(repo, there, comparison.paths)).filter(({ environment }) =>
    isWanted(environment),
  );
  return {
    chosen: [
      ...found.filter(({ affected }) => affected).map(({ environment }) => environment),
      ...rehearsals,
    ],
    skipped: [
      ...skipped,
      ...found.filter(({ affected }) => !affected).map(({ environment, why }) => ({ environment, why })),
      ...lost,
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
