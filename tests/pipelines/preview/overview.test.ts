// Tests what a terminal shows of a whole change: every verdict first, then each environment; what was skipped and why.
import { expect, it } from "vitest";
import { isRefused, overviewText, verdictOf } from "../../../pipelines/preview/overview.ts";
import { previewText } from "../../../pipelines/preview/report.ts";
import { planDiff } from "../../../pipelines/preview/plan.ts";
import { deleted, planned, types } from "../../infra/policies/planned.ts";
import { changed, failed, previewed } from "../../support/previewed.ts";

const node = planned("surefoot:index:Node", "server-04", {});
const clean = previewed([{ ...node, op: "same" }], { environment: "dev" });

it("gives the worst verdict of all, and is refused by a rule and by a failure alike", () => {
  const verdict = (...all: Parameters<typeof changed>[0]): unknown => [
    verdictOf(changed(all)),
    isRefused(changed(all)),
  ];
  const refused = previewed([deleted(types.database, "database")]);
  expect(verdict()).toEqual(["clean", false]);
  expect(verdict(clean)).toEqual(["clean", false]);
  expect(verdict(clean, previewed([node]))).toEqual(["changes", false]);
  expect(verdict(clean, refused)).toEqual(["refused", true]);
  expect(verdict(refused, failed("prod", "no engine"))).toEqual(["failed", true]);
});

it("shows one environment that is held against nothing as itself", () => {
  const only = previewed([node]);
  expect(overviewText(changed([only], { base: null }))).toEqual(previewText(only));
});

it("says first what is held against what, each verdict, and what was left out", () => {
  const pins = [{ service: "server", from: "r1+aa", to: null }];
  const skipped = [{ environment: "lab", why: "nothing was changed" }];
  const remarks = ["everything is shown as new"];
  const lines = overviewText(
    changed([clean, previewed([node], { pins }), failed("edge", "no engine")], { skipped, remarks }),
  );
  expect(lines.slice(0, 7)).toEqual([
    "preview of 0123456789ab, against main (fedcba987654)",
    "  dev: nothing to change: 1 unchanged",
    "  prod: changes: 1 to create, 1 release to move",
    "  edge: failed: no engine",
    "  skipped lab: nothing was changed",
    "  remark  everything is shown as new",
    "",
  ]);
  expect(lines).toContain("release server: r1+aa -> none");
  expect(lines.slice(-4)).toEqual([
    "edge: failed: E_ENGINE no engine",
    "      no engine",
    "      now: nothing was changed",
    "      next: mend it",
  ]);
});

it("tells drift apart from what the change does, and that there is none", () => {
  const drifted = [
    planned("surefoot:index:Node", "server-02", { running: false }, { op: "update", old: { running: true } }),
    deleted(types.database, "database"),
  ];
  const lines = previewText(previewed([], { drift: planDiff(drifted).changes }));
  expect(lines.slice(1)).toEqual([
    "drift   2 differ from the state, without our doing; up puts them back:",
    "-   GONE database (aws:rds/instance): HELD DATA",
    "~   drift server-02 (surefoot:index)",
    "      running: true -> false",
  ]);
  expect(previewText(previewed([], { drift: [] })).at(-1)).toBe(
    "drift   none: everything is as the state has it",
  );
  expect(previewText(previewed([])).join("\n")).not.toContain("drift");
});
