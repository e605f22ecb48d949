// Makes one preview of a change out of several, such as one an account: each environment once, and none that is described is missing. Pure.
import { Refusal } from "../errors.ts";
import type { ChangePreview, FailedPreview } from "./document.ts";
import { clean } from "./words.ts";

export interface ToldPreview {
  /** How it is called. */
  file: string;
  preview: ChangePreview;
}

export interface Here {
  /** What is checked out, as `ChangePreview` says it. */
  head: ChangePreview["head"];
  /** Names of all descriptions, in their order. */
  described: readonly string[];
}

/**
 * Refuses with E_PREVIEW_DOCUMENT previews of different commits or bases, of another commit than what is checked out, and an
 * environment that is told twice. A described one that none tells of is told as failed.
 */
export function joinPreviews(told: readonly ToldPreview[], { head, described }: Here): ChangePreview {
  const previews = told.map(({ preview }) => preview);
  const base = previews[0]?.base ?? null;
  for (const { file, preview } of told) admit(file, preview, { head, base });
  const environments = seenOnce(told);
  const skipped = Map.groupBy(
    previews
      .flatMap((preview) => preview.skipped)
      .filter(({ environment }) => !environments.has(environment)),
    ({ environment }) => environment,
  );
  for (const name of described)
    if (!environments.has(name) && !skipped.has(name)) environments.set(name, missing(name, told.length));
  const remarks = [...new Set(previews.flatMap((preview) => preview.remarks ?? []))];
  const inOrder = orderBy(described);
  return {
    schema: 1,
    head: {
      commit: head.commit,
      dirty: [head, ...previews.map((one) => one.head)].some(({ dirty }) => dirty),
    },
    base,
    environments: [...environments.values()].toSorted(inOrder),
    skipped: [...skipped.values()].flatMap((some) => some.slice(0, 1)).toSorted(inOrder),
    ...(remarks.length === 0 ? {} : { remarks }),
  };
}

function admit(
  file: string,
  preview: ChangePreview,
  { head, base }: Pick<ChangePreview, "head" | "base">,
): void {
  const called = clean(file, 200);
  if (preview.head.commit !== head.commit)
    throw unlike(`${called} is of ${commitText(preview.head)}, and ${commitText(head)} is checked out`);
  if (preview.base?.ref !== base?.ref || preview.base?.commit !== base?.commit)
    throw unlike(
      `${called} is held against ${baseText(preview.base)}, and another one against ${baseText(base)}`,
    );
}

const commitText = ({ commit }: ChangePreview["head"]): string => clean(commit ?? "no commit");
const baseText = (base: ChangePreview["base"]): string =>
  base === null ? "nothing" : `${clean(base.ref)} (${clean(base.commit)})`;

function seenOnce(told: readonly ToldPreview[]): Map<string, ChangePreview["environments"][number]> {
  const found = new Map<string, ChangePreview["environments"][number]>();
  for (const { file, preview } of told)
    for (const one of preview.environments) {
      if (found.has(one.environment))
        throw unlike(`${clean(file, 200)} tells of ${clean(one.environment)}, which was told before`);
      found.set(one.environment, one);
    }
  return found;
}

function missing(environment: string, documents: number): FailedPreview {
  return {
    environment,
    offline: false,
    verdict: "failed",
    error: {
      code: "E_PREVIEW_MISSING",
      what: `its job made no preview: none of ${documents} ${documents === 1 ? "document" : "documents"} tells of it`,
      state: "nothing was changed; what up would do there is not known",
      next: "look into the log of its job (the session, or what the verb says); an environment without a job needs one",
    },
  };
}

interface Named {
  environment: string;
}

/** As described; what is not described comes after that, by name. */
function orderBy(described: readonly string[]): (a: Named, b: Named) => number {
  const places = new Map(described.map((name, place) => [name, place]));
  const placeOf = ({ environment }: Named): number => places.get(environment) ?? described.length;
  return (a, b) => placeOf(a) - placeOf(b) || (a.environment < b.environment ? -1 : 1);
}

const unlike = (what: string): Refusal =>
  new Refusal("E_PREVIEW_DOCUMENT", {
    what,
    state: "nothing was changed; no preview was joined",
    next: "join previews of one commit against one base, each environment once: let all of their jobs run again",
  });
