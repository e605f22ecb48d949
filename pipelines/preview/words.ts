// How texts from anywhere are put into a line: printable, and no longer than a line bears. Pure.
import { printable } from "../ledger/printable.ts";

/** A text that may be hostile: harmless to a terminal, cut where it is long. */
export function clean(text: string, most = 100): string {
  const head = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return printable(head).replaceAll(
    // Letters and marks that nobody sees.
    /[\p{Default_Ignorable_Code_Point}\u2800]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** Names after each other, the first few of many; each once. */
export function listed(names: readonly string[], most = 12): string {
  const all = [...new Set(names)];
  const more = all.length > most ? ` and ${all.length - most} more` : "";
  return `${all
    .slice(0, most)
    .map((name) => clean(name, 60))
    .join(", ")}${more}`;
}

/** `aws:rds/instance:Instance` as people say it; of a cluster's objects they say the kind. */
export const shortType = (type: string): string =>
  clean(
    type.startsWith("kubernetes:") ? type.replace(/^(kubernetes):.*:/, "$1:") : type.replace(/:[^:]*$/, ""),
    60,
  );
