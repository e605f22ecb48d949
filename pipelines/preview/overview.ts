// Turns the preview of a change into lines for a terminal: what it is held against, every verdict, then each environment in full.
import { isFailed } from "./document.ts";
import type { ChangePreview, One } from "./document.ts";
import { failedText, previewText, verdictText } from "./report.ts";
import { clean } from "./words.ts";

export const worstFirst = ["failed", "refused", "changes", "clean"] as const;

/** The verdict over all; clean where nothing was looked at. */
export function verdictOf({ environments }: ChangePreview): One["verdict"] {
  return worstFirst.find((verdict) => environments.some((one) => one.verdict === verdict)) ?? "clean";
}

/** True where a rule is broken or something could not be seen. */
export function isRefused(preview: ChangePreview): boolean {
  return ["failed", "refused"].includes(verdictOf(preview));
}

/** A preview of one environment alone is shown without a summary above it. */
export function overviewText(preview: ChangePreview): string[] {
  const { environments, skipped, remarks = [], base } = preview;
  const [only, ...others] = environments;
  const notes = [
    ...skipped.map(({ environment, why }) => `skipped ${clean(environment)}: ${clean(why, 300)}`),
    ...remarks.map((remark) => `remark  ${clean(remark, 500)}`),
  ];
  if (only !== undefined && others.length === 0 && base === null) return [...oneText(only), ...notes];
  return [
    titleText(preview),
    ...environments.map((one) => `  ${headline(one)}`),
    ...notes.map((note) => `  ${note}`),
    ...environments.flatMap((one) => ["", ...oneText(one)]),
  ];
}

const oneText = (one: One): string[] => (isFailed(one) ? failedText(one) : previewText(one));

/** One line of the summary. */
export function headline(one: One): string {
  if (isFailed(one)) return `${clean(one.environment)}: failed: ${clean(one.error.what, 200)}`;
  const { pins, drift } = one;
  const more = [
    ...(pins.length > 0 ? [`${pins.length} ${pins.length === 1 ? "release" : "releases"} to move`] : []),
    ...(drift !== null && drift.length > 0 ? [`${drift.length} drifted`] : []),
  ];
  return [verdictText(one), ...more].join(", ");
}

/** `the change of 0123456789ab, with what is not committed, against main (ba9876543210)` */
export function titleText({ head, base }: Pick<ChangePreview, "head" | "base">): string {
  const commit = head.commit === null ? "this folder" : clean(head.commit).slice(0, 12);
  const dirty = head.dirty && head.commit !== null ? ", with what is not committed" : "";
  const against = base === null ? "" : `, against ${clean(base.ref)} (${clean(base.commit).slice(0, 12)})`;
  return `preview of ${commit}${dirty}${against}`;
}
