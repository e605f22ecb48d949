// The preview of a change: every environment that it reaches. One that fails is told in its place, the others go on.
import pLimit from "p-limit";
import { makeBaseState } from "../drivers/base-state.ts";
import type { BaseState } from "../drivers/base-state.ts";
import { commitOf, compareWith } from "../drivers/git-compare.ts";
import type { Comparison } from "../drivers/git-compare.ts";
import { openGit } from "../drivers/git.ts";
import { Refusal } from "../errors.ts";
import { chooseEnvironments } from "./choose.ts";
import type { ChangePreview } from "./document.ts";
import { maskDocument } from "../masking/masked.ts";
import { previewOne } from "./one.ts";

export interface ChangeOptions {
  /** `prod` or `local/prod`; none: all that the change reaches, or without a base all that are described. */
  environments: readonly string[];
  /** A branch, tag or commit that the change is held against. */
  base?: string | undefined;
  /** Of the named ones only what the change reaches, which takes a base. */
  reached?: boolean;
  /** Against stand-ins on this machine: no credential is needed, none is used. */
  offline: boolean;
  /** Looks too for what differs without our doing. */
  drift: boolean;
  signal: AbortSignal;
  /** Progress, one sentence. */
  tell?: (text: string) => void;
}

// Most of the time goes into waiting for a cloud; with more at a time a small machine runs out of memory.
const AT_ONCE = 3;

/**
 * Refuses names that are not described (E_ENVIRONMENT), a base that is not known here (E_BASE), to look for drift offline and for
 * what is reached without a base (E_USAGE). Nothing is changed; no text of the result holds a secret that is known or looks like one.
 */
export async function changePreview(repo: string, options: ChangeOptions): Promise<ChangePreview> {
  const { environments, base: ref, reached = false, offline, drift, signal, tell = () => {} } = options;
  if (offline && drift) throw noDriftOffline();
  if (reached && ref === undefined) throw noBase();
  const git = openGit(repo);
  const comparison = ref === undefined ? null : await comparisonWith(repo, ref);
  const { chosen, skipped } = await chooseEnvironments(repo, environments, { offline, comparison, reached });
  await using base = await baseOf(repo, { comparison, offline, chosen, signal, tell });
  const limit = pLimit(AT_ONCE);
  const commit = comparison?.commit ?? null;
  const previews = chosen.map((id) =>
    limit(() => {
      signal.throwIfAborted();
      tell(`${id}: ${offline ? "offline, against a stand-in on this machine" : "asks what up would do"}`);
      return previewOne(repo, id, { offline, drift, commit, base: base ?? undefined, signal });
    }),
  );
  // All have to end before what they stand on is taken away.
  await Promise.allSettled(previews);
  const [head, dirty] = await Promise.all([git.commit(), git.dirty(".")]);
  return maskDocument({
    schema: 1,
    head: { commit: head, dirty: dirty ?? false },
    base: ref === undefined || commit === null ? null : { ref, commit },
    environments: await Promise.all(previews),
    skipped,
    ...(base === null || base.remarks.length === 0 ? {} : { remarks: base.remarks }),
  });
}

interface BaseWish {
  comparison: Comparison | null;
  offline: boolean;
  chosen: readonly string[];
  signal: AbortSignal;
  tell: (text: string) => void;
}

/** Offline the base is played first, so that only what the change does is shown; with an account the state itself is there. */
async function baseOf(
  repo: string,
  { comparison, offline, chosen, signal, tell }: BaseWish,
): Promise<BaseState | null> {
  if (!offline || comparison === null || chosen.length === 0) return null;
  const { commit } = comparison;
  const environments = chosen.filter((id) => !id.startsWith("local/"));
  tell(`plays the base ${commit.slice(0, 12)} first`);
  return makeBaseState({ repo, commit, environments, signal });
}

async function comparisonWith(repo: string, ref: string): Promise<Comparison> {
  const commit = await commitOf(repo, ref);
  if (commit !== null) return compareWith(repo, commit);
  throw new Refusal("E_BASE", {
    what: `git knows no commit ${JSON.stringify(ref.slice(0, 100))} in this clone`,
    state: "nothing was touched",
    next: "fetch it (git fetch origin), or name a branch, tag or commit that git log knows",
  });
}

function noDriftOffline(): Refusal {
  return new Refusal("E_USAGE", {
    what: "--drift asks what is really there, and --offline asks nobody",
    state: "nothing was touched",
    next: "leave one of them out",
  });
}

function noBase(): Refusal {
  return new Refusal("E_USAGE", {
    what: "--reached asks what the change reaches, and no base says what the change is",
    state: "nothing was touched",
    next: "add --base with the branch that it is to be merged into, or leave --reached out",
  });
}
