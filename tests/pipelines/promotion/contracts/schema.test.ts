// Where a value does not fit its JSON Schema: the place, what was expected, and what was found without giving it away.
import { expect, test } from "vitest";
import { compiled, misfits } from "../../../../pipelines/promotion/contracts/schema.ts";

test("a pattern that takes for ever on the wrong text is a difference, not the end of all work", () => {
  const bomb = { type: "string", pattern: "^(a+)+$" };
  expect(misfits(bomb, `${"a".repeat(60)}!`, "/body")).toEqual([
    { pointer: "/body", expected: "to be judged within 2000 ms", found: expect.stringContaining("aaa") },
  ]);
});

const object = (properties: object, more: object = {}) => ({ type: "object", properties, ...more });

test("each difference has its pointer, in one go", () => {
  const schema = object(
    {
      images: { type: "array", items: { type: "string" } },
      owner: object({ "a/b": { type: "integer" } }),
      kind: { enum: ["x", "y"] },
      sort: { const: "up" },
    },
    { required: ["images", "gone"], additionalProperties: false },
  );
  const value = { images: ["a", 7], owner: { "a/b": "long ago" }, kind: "z", sort: "down", extra: [1, 2] };
  const found = misfits(schema, value, "/body");
  expect(
    found.map(({ pointer, expected, found: was }) => `${pointer}: ${expected}: ${was}`).toSorted(),
  ).toEqual([
    "/body/extra: nothing: array of 2",
    "/body/gone: to be there: nothing",
    "/body/images/1: string: integer 7",
    '/body/kind: one of x, y: string "z"',
    '/body/owner/a~1b: integer: string "long ago"',
    '/body/sort: "up": string "down"',
  ]);
});

test("values are shortened, made harmless, and masked where they look secret", () => {
  const schema = object({ token: { type: "integer" }, text: { type: "integer" }, note: { type: "integer" } });
  const value = {
    token: "s3cr3t-canary",
    text: `\u001b[2J${"long ".repeat(50)}`,
    note: "password=hunter2-canary",
  };
  const text = JSON.stringify(misfits(schema, value, ""));
  expect([text.includes("canary"), text.includes("\u001b")]).toEqual([false, false]);
  expect(text.length).toBeLessThan(600);
  expect(text).toContain("[secret]");
});

test("a flood of differences is counted, not printed", () => {
  const found = misfits(
    { type: "array", items: { type: "string" } },
    Array.from({ length: 500 }, () => 1),
    "/body",
  );
  expect(found).toHaveLength(21);
  expect(found.at(-1)?.found).toBe("480 further differences");
});

test("a value that fits has none, and true is a schema", () => {
  expect(misfits(object({ a: { type: ["string", "null"] } }), { a: null, b: 1 }, "")).toEqual([]);
  expect(misfits(true, 1, "")).toEqual([]);
  expect(misfits(false, 1, "/body")).toHaveLength(1);
});

test.each([
  [{ type: "strin" }, /type/],
  [{ type: "object", propertys: {} }, /propertys/],
  [{ type: "string", format: "uri" }, /unknown format/],
  [{ $ref: "https://example.com/schema.json" }, /can't resolve/],
])("%j is no schema that could be held against anything", (schema, why) => {
  const found = compiled(schema);
  expect(found.ok).toBe(false);
  expect(!found.ok && found.message).toMatch(why);
});
