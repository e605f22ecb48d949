// Tests how previews of several jobs become one: each environment once, in order, none missing, nothing of another change.
import { expect, it } from "vitest";
import type { ChangePreview } from "../../../pipelines/preview/document.ts";
import { joinPreviews } from "../../../pipelines/preview/join.ts";
import { isRefused } from "../../../pipelines/preview/overview.ts";
import { changeOf, environmentOf, previewOf } from "../../support/change-preview.ts";
import { refusalOf } from "../../support/refusal.ts";

const { head } = previewOf([]);
const base = { ref: "origin/main", commit: "b".repeat(40) };
const described = ["dev", "staging", "prod"];
const dev = environmentOf("dev", []);
const prod = environmentOf("prod", [changeOf("update", "server")]);
const why = "environments/prod.yaml does not reach it";
const join = (...previews: ChangePreview[]): ChangePreview =>
  joinPreviews(
    previews.map((preview, index) => ({ file: `look-${index}/preview.json`, preview })),
    { head, described },
  );
const of = (environments: ChangePreview["environments"], more: Partial<ChangePreview> = {}) =>
  previewOf(environments, { base, ...more });

it("keeps each environment as it was told, in the order of the descriptions, and what is not described last", () => {
  const staging = environmentOf("staging", []);
  const others = ["local/prod", "attic"].map((name) => environmentOf(name, []));
  const joined = join(of([prod, ...others]), of([staging]), of([dev]));
  expect(joined).toEqual({
    schema: 1,
    head,
    base,
    environments: [dev, staging, prod, environmentOf("attic", []), environmentOf("local/prod", [])],
    skipped: [],
  });
  expect(isRefused(joined)).toBe(false);
});

it("tells skipped ones and remarks once, and skips none that another job looked at", () => {
  const skip = (...names: string[]) => names.map((environment) => ({ environment, why }));
  const gone = { environment: "attic", why: "the change takes its description away" };
  const joined = join(
    of([], { skipped: [...skip("staging", "prod"), gone], remarks: ["one", "two"] }),
    of([prod], { skipped: [gone, ...skip("dev", "staging")], remarks: ["two", "three"] }),
  );
  expect(joined.environments).toEqual([prod]);
  expect(joined.skipped).toEqual([...skip("dev", "staging"), gone]);
  expect(joined.remarks).toEqual(["one", "two", "three"]);
});

it("tells one that no document tells of as failed, also where there is no document at all", () => {
  const joined = join(of([dev]), of([], { skipped: [{ environment: "prod", why }] }));
  expect(joined.environments).toEqual([
    dev,
    expect.objectContaining({ environment: "staging", offline: false, verdict: "failed" }),
  ]);
  expect(joined.environments[1]).toMatchObject({
    error: {
      code: "E_PREVIEW_MISSING",
      what: "its job made no preview: none of 2 documents tells of it",
    },
  });
  expect(isRefused(joined)).toBe(true);
  const none = join();
  expect([none.base, none.environments.map(({ verdict }) => verdict)]).toEqual([
    null,
    ["failed", "failed", "failed"],
  ]);
});

it("takes no rehearsal for the environment that it rehearses", () => {
  const joined = join(of([dev, environmentOf("staging", []), environmentOf("local/prod", [])]));
  expect(joined.environments.find(({ environment }) => environment === "prod")?.verdict).toBe("failed");
});

it("says that something was not committed where one job says so", () => {
  expect(join(of([dev]), of([prod], { head: { ...head, dirty: true } })).head).toEqual({
    ...head,
    dirty: true,
  });
});

it.each([
  [
    "another commit",
    of([prod], { head: { commit: "c".repeat(40), dirty: false } }),
    /^look-1\/preview\.json is of c{40}, and a1b2\w+ is checked out$/,
  ],
  ["no commit", of([prod], { head: { commit: null, dirty: false } }), /is of no commit, and a1b2/],
  ["another base", of([prod], { base: { ...base, commit: "d".repeat(40) } }), /is held against .*\(d{40}\)/],
  ["a base of another name", of([prod], { base: { ...base, ref: "origin/next" } }), /origin\/next/],
  ["no base", of([prod], { base: null }), /is held against nothing, and another one against origin\/main/],
  ["an environment again", of([dev]), /^look-1\/preview\.json tells of dev, which was told before$/],
  ["an environment twice", of([prod, prod]), /tells of prod, which was told before/],
])("refuses %s", (_, second, words) => {
  const { code, message } = refusalOf(() => join(of([dev]), second));
  expect([code, message]).toEqual(["E_PREVIEW_DOCUMENT", expect.stringMatching(words)]);
});

it("shows no control character of what it refuses", () => {
  const told = [
    { file: "a\u001b[2J.json", preview: of([prod], { head: { commit: "\u001b]0;x", dirty: false } }) },
  ];
  expect(refusalOf(() => joinPreviews(told, { head, described })).message).not.toContain("\u001b");
});
