// A preview of a change as Markdown: the comment of a pull request, or the summary of a step, which has more room. Pure.
import { isFailed } from "./document.ts";
import type { ChangePreview, EnvironmentPreview } from "./document.ts";
import { fit, leftOut, sectionBlocks } from "./markdown-budget.ts";
import type { Fitted, Section } from "./markdown-budget.ts";
import { brief, whole } from "./markdown-change.ts";
import { endsIn, endsText } from "./markdown-ends.ts";
import { environmentSections, failedItem, ruleSections, summaryLine } from "./markdown-environment.ts";
import { sizeOf } from "./markdown-safe.ts";
import { maskDocument } from "../masking/masked.ts";
import { headOf, isSeen, leftOutNote, overview, remarkSection, skippedSection } from "./markdown-verdict.ts";

export interface MarkdownOptions {
  /** Bytes of UTF-8, and so also characters and UTF-16 units, that the text stays below; from 4,000 on. GitHub's for a comment where left out. */
  limit?: number;
  /** Where all of it is: the page of the run. */
  fullAt?: string | undefined;
}

/** GitHub's limit of a comment or an issue, in characters. */
export const COMMENT_LIMIT = 65_536;
/** GitHub's limit of the summary of a step, in bytes. */
export const SUMMARY_LIMIT = 1024 * 1024;

// Room for the line that says what was left out.
const NOTE = 1200;

/**
 * The verdict and whatever is deleted or replaced always, in the fullest form that fits; then failures, rules and each environment
 * folded, as whole blocks as far as the limit bears. What is left out is counted, with the place where it is.
 */
export function markdownOf(
  given: ChangePreview,
  { limit = COMMENT_LIMIT, fullAt }: MarkdownOptions = {},
): string {
  // Before anything is cut: the beginning of a secret does not look like one.
  const preview = maskDocument(given);
  const failed = preview.environments.filter(isFailed);
  const seen = preview.environments.filter(isSeen);
  const head = headOf(preview);
  const room = limit - NOTE - sizeOf(head.join("\n\n"));
  const ends = endsText(endsIn(seen), room);
  const before: Section[] = [
    remarkSection(preview),
    { what: "failures", title: "#### Failed", items: failed.map(failedItem) },
    overview(seen),
    ...ruleSections(seen),
  ];
  const details = detailsOf(seen, limit > 2 * COMMENT_LIMIT);
  const sections = [...before, ...details, skippedSection(preview)].filter(({ items }) => items.length > 0);
  const envelope = (group: string): number => sizeOf(folded(seen[Number(group)], [""]).join("\n\n"));
  const fitted = fit(sections, room - sizeOf(ends.blocks.join("\n\n")), envelope);
  const groups = Map.groupBy(fitted, ({ section }) => section.group);
  const loose = (groups.get(undefined) ?? []).map((one): [Fitted, string[]] => [one, sectionBlocks(one)]);
  const isLast = ([{ section }]: [Fitted, string[]]): boolean => !before.includes(section);
  const left = leftOut(fitted);
  return [
    ...head,
    ...ends.blocks,
    ...loose.filter((one) => !isLast(one)).flatMap(([, blocks]) => blocks),
    ...seen.flatMap((one, index) => folded(one, (groups.get(String(index)) ?? []).flatMap(sectionBlocks))),
    ...loose.filter(isLast).flatMap(([, blocks]) => blocks),
    ...leftOutNote(
      [...(ends.left > 0 ? [`${ends.left} deletions and replacements`] : []), ...(left === "" ? [] : [left])],
      fullAt,
    ),
  ].join("\n\n");
}

/** Sections of all environments, the most important kind of each first. */
function detailsOf(seen: readonly EnvironmentPreview[], roomy: boolean): Section[] {
  const all = seen.flatMap((one, index) =>
    environmentSections(one, roomy ? whole : brief, roomy).map((section, kind) => ({
      section: { ...section, group: String(index) },
      kind,
    })),
  );
  return all.toSorted((a, b) => a.kind - b.kind).map(({ section }) => section);
}

/** Blocks that fold away under the environment's line; nothing where there are none. */
function folded(preview: EnvironmentPreview | undefined, blocks: readonly string[]): string[] {
  if (preview === undefined || blocks.length === 0) return [];
  return [`<details>\n${summaryLine(preview)}`, ...blocks, "</details>"];
}
