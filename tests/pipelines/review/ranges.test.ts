// Which commits a plan brings and by whose rules it is judged, for each of its parts.
import { expect, it } from "vitest";
import { rangesOf, strictest } from "../../../pipelines/review/ranges.ts";
import type { Delivered, DeliveredPart } from "../../../pipelines/review/delivered.ts";

const part = (commit: string, change: Partial<DeliveredPart> = {}): DeliveredPart => ({
  commit,
  source: null,
  approval: { people: 1, expires: 3600, signedCommits: false },
  at: "2026-01-01T00:00:00Z",
  ...change,
});
const delivered: Delivered = {
  parts: {
    infra: part("c5", { approval: { people: 2, expires: 7200, signedCommits: true } }),
    "release app": part("c3", { source: "c1" }),
  },
};
const app = { service: "app", source: "c4" };
const fresh = { service: "new", source: null };

it("begins each part where it was last carried out: config, code and infra apart", () => {
  expect(rangesOf(delivered, { infra: true, sources: [app] }, "c6")).toEqual([
    { part: "infra", base: "c5", head: "c6" },
    { part: "release app", base: "c3", head: "c6" },
    { part: "source app", base: "c1", head: "c4" },
  ]);
  expect(rangesOf(delivered, { infra: false, sources: [app] }, "c6").map(({ part: name }) => name)).toEqual([
    "release app",
    "source app",
  ]);
});

it("holds a service that was never released to what the infra plane stands at", () => {
  expect(rangesOf(delivered, { infra: false, sources: [fresh] }, "c6")).toEqual([
    { part: "infra", base: "c5", head: "c6" },
    { part: "release new", base: null, head: "c6" },
    { part: "source new", base: null, head: null },
  ]);
  const own = { people: 0, expires: 60, signedCommits: false };
  expect(strictest(delivered, { infra: false, sources: [fresh] }, own)).toMatchObject({ people: 2 });
});

it("goes by the stricter rules of both sides", () => {
  const own = { people: 0, expires: 86_400, signedCommits: false };
  expect(strictest(delivered, { infra: false, sources: [app] }, own)).toEqual({
    ...own,
    people: 1,
    expires: 3600,
  });
  expect(strictest(delivered, { infra: true, sources: [] }, { ...own, people: 3 })).toEqual({
    people: 3,
    expires: 7200,
    signedCommits: true,
  });
  expect(strictest({ parts: {} }, { infra: true, sources: [app] }, own)).toEqual(own);
});
