// The one text of plain data: that of RFC 8785, whatever the order of its keys.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { canonical } from "../../pipelines/canonical.ts";

/** The same value with the keys of every object the other way round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, part]) => [key, turned(part)]),
  );
}

test("the canonical form is that of RFC 8785", () => {
  // The example of section 3.2.3: keys are sorted by their UTF-16 code units.
  const value = {
    "\u20ac": 1,
    "\r": 2,
    "\ufb33": 3,
    "1": 4,
    "\ud83d\ude00": 5,
    "\u0080": 6,
    "\u00f6": 7,
    n: [1e30, 4.5, -0],
  };
  const keys = ["\r", "1", "n", "\u0080", "\u00f6", "\u20ac", "\ud83d\ude00", "\ufb33"];
  const numbers = [2, 4, "[1e+30,4.5,0]", 6, 7, 1, 5, 3];
  expect(canonical(value)).toBe(
    `{${keys.map((key, index) => `${JSON.stringify(key)}:${numbers[index]}`).join(",")}}`,
  );
});

test("the canonical form means the same value and does not depend on the order of keys", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonical(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonical(turned(value))).toBe(text);
      expect(canonical(JSON.parse(text))).toBe(text);
    }),
  );
});
