// One environment of the page: what is refused, what ends, what changes, what is new, what it costs, releases, drift.
import type { Violation } from "../../infra/policies/index.ts";
import { costText } from "./cost-report.ts";
import { isFailed } from "./document.ts";
import type { EnvironmentPreview, One } from "./document.ts";
import { changeHtml } from "./html-change.ts";
import { escaped } from "./html-text.ts";
import { shortType } from "./words.ts";

/** Everything below its summary. */
export function environmentHtml(one: One): string {
  if (isFailed(one)) {
    const { code, what, state, next, details = [] } = one.error;
    return [
      `<p><b>${escaped(code)}</b> ${escaped(what)}</p>`,
      list(details.map((line) => `<li>${escaped(line)}</li>`)),
      `<p>Now: ${escaped(state)}</p><p>Next: ${escaped(next)}</p>`,
    ].join("\n");
  }
  const { changes, violations, cost, unpriced, pins, drift, offline } = one;
  const level = (wanted: Violation["level"]): Violation[] =>
    violations.filter((violation) => violation.level === wanted);
  const ends = changes.filter(({ op }) => op === "replace" || op === "delete");
  const changed = changes.filter(({ op }) => op === "update" || op === "refresh");
  return [
    offline
      ? '<p class="remark">offline: a folder on a machine played the cloud; what really exists was not looked at</p>'
      : "",
    section("Refused", level("mandatory").map(violationHtml)),
    section("Replaced and deleted", ends.map(changeHtml)),
    section("Updated", changed.map(changeHtml)),
    createdHtml(changes.filter(({ op }) => op === "create")),
    section("Advice", level("advisory").map(violationHtml)),
    cost === null && unpriced === null
      ? ""
      : section(
          "Cost",
          (cost === null ? [unpriced ?? ""] : costText(cost)).map((line) => `<li>${escaped(line)}</li>`),
        ),
    section(
      "Releases",
      pins.map(
        ({ service, from, to }) =>
          `<li><b>${escaped(service)}</b>: ${escaped(from ?? "none")} → ${escaped(to ?? "none")}</li>`,
      ),
    ),
    drift === null ? "" : driftHtml(drift),
  ].join("\n");
}

function driftHtml(drift: NonNullable<EnvironmentPreview["drift"]>): string {
  if (drift.length === 0) return section("Drift", ["<li>none: everything is as the state has it</li>"]);
  return section("Drift: differs from the state, without our doing", drift.map(changeHtml));
}

function violationHtml({ code, resource, property, what, mend, unknown }: Violation): string {
  const where = property === "" ? resource : `${resource} ${property}`;
  const doubt = unknown === true ? " (cannot be judged before the update)" : "";
  return `<li><b>${escaped(code)}</b> ${escaped(where)}: ${escaped(what)}${doubt}. <span class="soft">Mend: ${escaped(mend)}</span></li>`;
}

/** Names by type; where they are many, folded. */
function createdHtml(created: EnvironmentPreview["changes"]): string {
  if (created.length === 0) return "";
  const types = [...Map.groupBy(created, ({ type }) => type)].map(
    ([type, some]) =>
      `<li class="new"><span class="type">${some.length} ${escaped(shortType(type))}</span>: ${some
        .map(({ name }) => `<bdi>${escaped(name, 200)}</bdi>`)
        .join(", ")}</li>`,
  );
  return `<details class="created"${created.length > 200 ? "" : " open"}><summary>Created: ${created.length}</summary>${list(types)}</details>`;
}

const section = (title: string, items: readonly string[]): string =>
  items.length === 0 ? "" : `<h2>${escaped(title)}</h2>${list(items)}`;

const list = (items: readonly string[]): string =>
  items.length === 0 ? "" : `<ul class="plain">${items.join("\n")}</ul>`;
