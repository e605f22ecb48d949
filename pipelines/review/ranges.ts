// Which commits a plan brings, and by whose rules it is reviewed: those of what was last carried out as well as its own. Pure.
import type { ReviewedRange, ReviewPolicy } from "./change.ts";
import { infraPart, releasePart } from "./delivered.ts";
import type { Delivered } from "./delivered.ts";

export interface Scope {
  infra: boolean;
  /** What each release was built from; null: unknown. */
  sources: { service: string; source: string | null }[];
}

/**
 * Whether the infra plane's last commit and rules count: where it is part of the plan, and in place of those of a release that was
 * never carried out here, whose first plan would else be judged by what it brings itself.
 */
function withInfra({ parts }: Delivered, { infra, sources }: Scope): boolean {
  const first = sources.some(({ service }) => parts[releasePart(service)] === undefined);
  return infra || (first && parts[infraPart] !== undefined);
}

/** The ranges of a plan at this commit. The infra plane may have gone ahead of a release, and a release may be older than the commit. */
export function rangesOf(delivered: Delivered, scope: Scope, commit: string): ReviewedRange[] {
  const { parts } = delivered;
  const of = (part: string): string | null => parts[part]?.commit ?? null;
  const { sources } = scope;
  return [
    ...(withInfra(delivered, scope) ? [{ part: infraPart, base: of(infraPart), head: commit }] : []),
    ...sources.flatMap(({ service, source }) => {
      const part = releasePart(service);
      return [
        { part, base: of(part), head: commit },
        { part: `source ${service}`, base: parts[part]?.source ?? null, head: source },
      ];
    }),
  ];
}

/** The stricter rules of both sides: what a change brings for itself counts from the next one on. */
export function strictest(delivered: Delivered, scope: Scope, own: ReviewPolicy): ReviewPolicy {
  const releases = scope.sources.map(({ service }) => releasePart(service));
  const names = [...(withInfra(delivered, scope) ? [infraPart] : []), ...releases];
  const all = [own, ...names.flatMap((name) => delivered.parts[name]?.approval ?? [])];
  return {
    people: Math.max(...all.map(({ people }) => people)),
    expires: Math.min(...all.map(({ expires }) => expires)),
    signedCommits: all.some(({ signedCommits }) => signedCommits),
  };
}

/** The rules where a change itself asks for more people. */
export const atLeast = (
  own: ReviewPolicy,
  { people = 0 }: { people?: number | undefined },
): ReviewPolicy => ({
  ...own,
  people: Math.max(own.people, people),
});

/** Whether these rules ask for anything. */
export const demands = ({ people, signedCommits }: ReviewPolicy): boolean => people > 0 || signedCommits;
