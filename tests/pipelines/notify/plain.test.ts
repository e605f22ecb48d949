// Tests of what a chat is told of a text or a link: no secret, no control character, nothing cut in two.
import { expect, test } from "vitest";
import { plain, plainLink, shortened } from "../../../pipelines/notify/plain.ts";

test.each([
  ["password=hunter2hunter2", "password=[secret]"],
  ["a\nb\u202Ec", "a\\u{a}b\\u{202e}c"],
  ["postgres://game:hunter2@db.internal/x", "postgres://game:[secret]@db.internal/x"],
])("%j is told as %j", (text, told) => {
  expect(plain(text)).toBe(told);
});

test("a secret that the end of the line would cut is masked before", () => {
  const token = `ghp_${"a1".repeat(18)}`;
  const told = plain(`${"x".repeat(390)} ${token}`, 400);
  expect(told).not.toContain("ghp_");
  expect(told.length).toBeLessThanOrEqual(400);
});

test("no half of a character is left", () => {
  expect(shortened("💥💥💥", 4)).toBe("💥…");
  expect(shortened("abc", 3)).toBe("abc");
});

test.each([
  ["https://github.com/o/r/actions/runs/1", "https://github.com/o/r/actions/runs/1"],
  ["https://example.com/a|b>c)", "https://example.com/a%7Cb%3Ec%29"],
  ["http://example.com/", undefined],
  ["javascript:alert(1)", undefined],
  ["https://user:pass@example.com/", undefined],
  ["https://example.com/?token=abcdef", undefined],
  ["nonsense", undefined],
  [undefined, undefined],
])("the link %j is told as %j", (link, told) => {
  expect(plainLink(link)).toBe(told);
});
