// Keeps an old change from undoing a newer one: pushes may be held up, and old runs may be started again.
import { z } from "zod";
import { isBefore } from "../drivers/git-history.ts";
import { storeKey } from "../drivers/store.ts";
import type { Workspace } from "../environment/workspace.ts";
import { Refusal } from "../errors.ts";

const schema = z.object({ commit: z.string() });
type Place = Pick<Workspace, "repo" | "store" | "name" | "stack">;

const key = (environment: string): string => storeKey("newest", environment);

/** Refuses with E_COMMIT where the delivery of a commit that comes after this one was begun there, and it is still up. */
export async function mustBeNewest({ repo, store, name, stack }: Place, commit: string): Promise<void> {
  const seen = schema.safeParse((await store.get(key(name.id)))?.value).data?.commit;
  if (seen === undefined || !(await isBefore(repo, commit, seen))) return;
  if ((await (await stack()).version()) === "none") return;
  throw new Refusal("E_COMMIT", {
    what: `${name.id} was to get commit ${seen.slice(0, 10)} already, and ${commit.slice(0, 10)} is from before it`,
    state: "nothing was touched",
    next: "check out the newest commit; what is to go back: git revert it, and deliver that",
  });
}

/** Notes that this commit is being brought there. */
export async function noteNewest({ store, name }: Place, commit: string): Promise<void> {
  const stored = await store.get(key(name.id));
  // Another run that is faster is at a commit as new as this one, or is refused at its turn.
  await store.put(key(name.id), { commit }, stored?.etag ?? null);
}
