// Reading how long a player stays.
import { expect, test } from "vitest";
import { parseRange } from "../../../examples/traffic/arguments.ts";

test.each([
  ["2s..6s", { least: 2, most: 6 }],
  ["500ms..1m", { least: 0.5, most: 60 }],
  ["3s", { least: 3, most: 3 }],
])("%s is understood", (text, range) => {
  expect(parseRange(text)).toEqual(range);
});

test.each(["", "2..6", "6s..2s", "0s", "2s..", "2 s"])('"%s" is refused', (text) => {
  expect(() => parseRange(text)).toThrow(/like "2s\.\.6s"/);
});
