// One changed resource of the page: what happens to it and why, and each property before and after.
import { valueText } from "./change-report.ts";
import { escaped, escapedLines, tag } from "./html-text.ts";
import { opWords } from "./op-words.ts";
import type { Change } from "./plan.ts";
import type { PropertyChange } from "./properties.ts";
import { shortType } from "./words.ts";

/** An item of a list. */
export function changeHtml(change: Change): string {
  const { op, name, type, urn, protect, stateful, forcedBy, properties } = change;
  const ends = op === "replace" || op === "delete";
  const marks = [
    tag(opWords[op].line, ends ? "ends" : "note"),
    ...(ends && stateful ? [tag("HOLDS DATA", "ends")] : []),
    ...(protect ? [tag("protected", "note")] : []),
  ];
  const forced =
    forcedBy.length === 0 ? "" : ` <span class="soft">forced by ${escaped(forcedBy.join(", "))}</span>`;
  return [
    `<li${ends ? ' class="ends"' : ""}>${marks.join(" ")} <b><bdi title="${escaped(urn, 500)}">${escaped(name, 500)}</bdi></b>`,
    ` <span class="type">${escaped(shortType(type))}</span>${forced}${propertiesHtml(properties)}</li>`,
  ].join("");
}

function propertiesHtml(properties: readonly PropertyChange[]): string {
  if (properties.length === 0) return "";
  const rows = properties.map(
    ({ path, before, after, forces }) =>
      `<tr><td>${escaped(path, 500)}${forces ? ` ${tag("forces the replacement", "ends")}` : ""}</td>` +
      `<td class="was">${cell(before)}</td><td class="will">${cell(after)}</td></tr>`,
  );
  return `<table><tr><th>property</th><th>before</th><th>after</th></tr>${rows.join("")}</table>`;
}

const cell = (value: unknown): string => (value === undefined ? "" : escapedLines(valueText(value)));
