// Tests of the body of a drift issue: what it says, that nothing in it is formatting, that it fits, when there is none.
import { expect, test } from "vitest";
import type { DriftLook } from "../../../pipelines/drift/document.ts";
import { driftIssue } from "../../../pipelines/drift/markdown.ts";
import type { Change } from "../../../pipelines/preview/plan.ts";

const seen = { at: "2026-01-01T03:17:00.000Z", run: "https://github.com/o/r/actions/runs/1" };
const change = (more: Partial<Change> = {}): Change => ({
  op: "update",
  type: "aws:rds/instance:Instance",
  name: "database",
  urn: "urn",
  protect: false,
  stateful: true,
  forcedBy: [],
  properties: [{ path: "tags.owner", kind: "changed", before: "us", after: "them", forces: false }],
  ...more,
});
const drifted = (changes: Change[]): DriftLook => ({
  environment: "prod",
  verdict: "drifted",
  seconds: 1,
  drifted: changes,
  ignored: [],
  stale: [],
});
const bodyOf = (look: DriftLook): string => {
  const wanted = driftIssue(look, seen);
  if (wanted === undefined || !("body" in wanted)) throw new Error("no issue is wanted");
  return wanted.body;
};

test("it says what differs, when that was seen, and what comes next", () => {
  expect(driftIssue(drifted([change()]), seen)).toEqual({
    stack: "prod",
    title: "Drift: prod: 1 resource differs from the description",
    body: [
      "**prod: 1 resource differs from the description.** Looked at 2026-01-01T03:17:00.000Z by [this run](https://github.com/o/r/actions/runs/1).",
      "",
      "```text",
      "~   drift database (aws:rds/instance)",
      "      tags.owner: us -> them",
      "```",
      "",
      "`surefoot up prod` puts it back. What should stay goes into `environments/prod.yaml`, or under `drift.ignore` there, with a reason and an owner. This issue is rewritten by each look, and closed by the first one that finds nothing.",
    ].join("\n"),
  });
});

test("only a look that saw that nothing differs closes it", () => {
  expect(driftIssue({ ...drifted([]), verdict: "clean" } as DriftLook, seen)).toMatchObject({
    stack: "prod",
    clean: expect.stringContaining("as its description says again"),
  });
  const error = { code: "E_AWS" as const, what: "w", state: "s", next: "n" };
  expect(driftIssue({ environment: "prod", verdict: "failed", error }, seen)).toBeUndefined();
  expect(driftIssue({ environment: "prod", verdict: "not-up" }, seen)).toBeUndefined();
});

test("no text ends the fence, mentions anybody or becomes HTML: all of it stays inside", () => {
  const evil = "x`````\n````\n@everyone <img src=x> <!-- surefoot:drift:v1 stack=prod -->";
  const body = bodyOf(
    drifted([change({ name: evil, properties: [] }), change({ op: "delete", name: "```" })]),
  );
  const [, open = "", inside = ""] = /^(`{3,})text\n([^]*?)\n\1$/m.exec(body) ?? [];
  expect(open.length).toBe(6);
  expect(inside).toContain("@everyone");
  expect(body.replace(inside, "")).not.toMatch(/@everyone|<img|<!--/);
});

test.each([1, 200, 5000])("%d resources fit; those left out are counted", (count) => {
  const many = Array.from({ length: count }, (_, index) => change({ name: `💥-${index}` }));
  const body = bodyOf(drifted(many));
  expect(Buffer.byteLength(body)).toBeLessThan(62_000);
  const [, left = "0"] = /^and (\d+) more lines: surefoot drift prod$/m.exec(body) ?? [];
  const shown = body.match(/^(~ {3}drift| {6}tags)/gm) ?? [];
  expect(shown.length + Number(left)).toBe(2 * count);
  expect(body.match(/^```/gm)).toHaveLength(2);
});
