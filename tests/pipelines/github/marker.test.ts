// The hidden line: exact, and no value in it can end it, add to it or look like another one.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { marker, ours } from "../../../pipelines/github/marker.ts";

it("is one line that ends where it should, for any value", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (target) => {
      const mark = marker("preview", { pull: 7, target });
      expect(mark).toMatch(/^<!-- surefoot:preview:v1 pull=7 target=[\w.~*'()%-]* -->$/);
      expect(mark.slice(4, -3)).not.toContain("--");
    }),
  );
});

it("differs for different values", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(marker("drift", { stack: a }) === marker("drift", { stack: b })).toBe(a === b);
    }),
  );
});

it("finds what we wrote, the oldest first", () => {
  const mark = marker("drift", { stack: "prod" });
  const one = (id: number, author: string, body: string) => ({ id, author, body, url: "" });
  const found = [
    one(3, "us", `${mark}\ntext`),
    one(1, "us", mark),
    one(2, "them", mark),
    one(4, "us", `x${mark}`),
  ];
  expect(ours(found, mark, "us").map(({ id }) => id)).toEqual([1, 3]);
});
