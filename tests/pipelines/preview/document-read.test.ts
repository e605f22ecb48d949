// Tests that a document of another job is taken as it is or refused with one error, whatever is in it, and does no harm when it is shown.
import { expect, it } from "vitest";
import type { ChangePreview } from "../../../pipelines/preview/document.ts";
import { readPreview } from "../../../pipelines/preview/document-read.ts";
import { failedPreview } from "../../../pipelines/preview/failed.ts";
import { formatted } from "../../../pipelines/preview/formats.ts";
import { deleted, types } from "../../infra/policies/planned.ts";
import { environmentOf, previewOf } from "../../support/change-preview.ts";
import { previewFullOf } from "../../support/hostile-preview.ts";
import { changed, previewed } from "../../support/previewed.ts";
import { refusalOf } from "../../support/refusal.ts";

const read = (document: unknown): ChangePreview => readPreview("look/preview.json", JSON.stringify(document));
const refused = (document: unknown) => refusalOf(() => read(document));

/** With `text` wherever any text may stand. */
function fullOf(text: string): ChangePreview {
  const full = JSON.parse(JSON.stringify(previewFullOf(text)));
  const [seen, failure] = full.environments;
  Object.assign(seen, { environment: "prod" }).cost.date = "2025-06-01";
  for (const violation of seen.violations) violation.code = "encryption";
  failure.environment = "dev";
  full.skipped[0].environment = "staging";
  return full;
}

it("reads what a preview writes, as it is", () => {
  const whole = changed([
    previewed([deleted(types.database, "database")], {
      drift: [],
      pins: [{ service: "a", from: null, to: "r" }],
    }),
    failedPreview("dev", true, new Error("no engine")),
  ]);
  const written = JSON.parse(JSON.stringify(whole));
  expect(read(written)).toEqual(written);
  expect(read({ ...written, more: 1 })).toEqual(written);
});

it("makes a hostile text harmless where it is shown", () => {
  const evil = "<script>alert(1)</script>\"'`@ann [a](javascript:b)\u001b[2J\u202e";
  const preview = read(fullOf(evil));
  const [page = "", ...others] = (["html", "text", "markdown"] as const).map((format) =>
    formatted(preview, format),
  );
  expect(page).not.toContain("<script");
  expect(page).toContain("&lt;script&gt;");
  for (const shown of [page, ...others])
    for (const character of ["\u001b", "\u202e"]) expect(shown.includes(character)).toBe(false);
});

const full = fullOf("text");
const [seen, failure] = full.environments as any[];
const withSeen = (more: object) => ({ ...full, environments: [{ ...seen, ...more }] });

it.each<[string, unknown]>([
  ["no object", [full]],
  ["another schema", { ...full, schema: 2 }],
  ["no environments", { ...full, environments: undefined }],
  ["a verdict of its own, which a page would show as it is", withSeen({ verdict: '"><img>' })],
  ["a name that is none", withSeen({ environment: "../prod" })],
  ["a skipped name that is none", { ...full, skipped: [{ environment: "<b>", why: "" }] }],
  ["an operation that nobody knows", withSeen({ changes: [{ ...seen.changes[0], op: "__proto__" }] })],
  ["counts that are no numbers", withSeen({ counts: { ...seen.counts, create: "**1**" } })],
  ["a count below nothing", withSeen({ counts: { ...seen.counts, create: -1 } })],
  ["a day that is none", withSeen({ cost: { ...seen.cost, date: "@ann" } })],
  ["an amount that is none", withSeen({ cost: { ...seen.cost, delta: null } })],
  ["a rule whose name is none", withSeen({ violations: [{ ...seen.violations[0], code: "<b>" }] })],
  ["a level that nobody knows", withSeen({ violations: [{ ...seen.violations[0], level: "low" }] })],
  [
    "a code that nobody knows",
    { ...full, environments: [{ ...failure, error: { ...failure.error, code: "E_<b>" } }] },
  ],
  ["a commit as long as a page", { ...full, head: { commit: "a".repeat(101), dirty: false } }],
  ["a text that is none", withSeen({ unpriced: { toString: 1 } })],
])("refuses %s", (_, document) => {
  const { code, message, details } = refused(document);
  expect([code, message]).toEqual([
    "E_PREVIEW_DOCUMENT",
    "look/preview.json is no preview as surefoot preview --json prints it",
  ]);
  expect(details).toHaveLength(1);
});

it("names the first few places where many are wrong, and no more", () => {
  const { details } = refused({ ...full, remarks: Array.from({ length: 50_000 }, () => 1) });
  expect(details).toHaveLength(6);
  expect(details[0]).toMatch(/^remarks\.0: /);
  expect(details[5]).toBe("and 49995 more");
});

it("is ended neither by depth nor by number, and refuses what is not JSON", () => {
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  const refusal = (text: string) => refusalOf(() => readPreview("\u001b.json", text));
  expect(refusal(deep).details).toEqual(["it is nested too deep, or holds too much"]);
  expect(refusal(`[${"0,".repeat(2_000_000)}0]`).details).toEqual([
    "it is nested too deep, or holds too much",
  ]);
  for (const text of ["", "{", "null?"]) expect(refusal(text).details).toEqual(["it is not JSON"]);
  expect(refusal("null").code).toBe("E_PREVIEW_DOCUMENT");
  expect(refusal("").message).not.toContain("\u001b");
});

it("keeps values of any kind, and keys that mean something to the language as mere keys", () => {
  const value = JSON.parse('{"__proto__": {"polluted": true}, "constructor": [1, null]}');
  const property = { path: "a", kind: "added", after: value, forces: false };
  const change = { ...seen.changes[0], properties: [property] };
  const [one] = read(previewOf([{ ...environmentOf("dev", []), changes: [change] }])).environments as any[];
  expect(one.changes[0].properties[0]).toEqual(property);
  expect(({} as any).polluted).toBeUndefined();
});
