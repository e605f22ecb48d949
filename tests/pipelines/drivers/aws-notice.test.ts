// Messages to people: within the limits of SNS, on lines of their own, without secrets.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { messageOf, withoutSecrets } from "../../../pipelines/drivers/aws-notice.ts";

test.each([
  ["postgres://app:hunter2@db/x", "postgres://app:[secret]@db/x"],
  ["key AKIAABCDEFGHIJKLMNOP ends", "key [secret] ends"],
  ["Authorization: Bearer abc.def", "Authorization: Bearer [secret]"],
  ['{"password":"hunter2","user":"a"}', '{"password":"[secret]","user":"a"}'],
  ["token ghp_abcdefghijklmnopqrstuvwxyz012345 x", "token [secret] x"],
  ["-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----", "[secret]"],
  ["r2 of server failed in wave 1", "r2 of server failed in wave 1"],
])("%j becomes %j", (text, clean) => {
  expect(withoutSecrets(text)).toBe(clean);
});

test("a known secret is nowhere, whatever it looks like", () => {
  const secret = fc
    .string({ minLength: 4 })
    .filter((text) => !"[secret]".includes(text) && text.trim() === text);
  fc.assert(
    fc.property(secret, (value) => {
      expect(withoutSecrets(`a ${value} b`, [value])).not.toContain(value);
    }),
  );
});

test("notices are grouped by environment, and the subject tells the first", () => {
  const notices = [
    { environment: "prod", what: "one" },
    { environment: "dev", what: "two", next: "surefoot status dev" },
    { environment: "prod", what: "three\nnot a line" },
  ];
  expect(messageOf(notices)).toEqual({
    subject: "Surefoot prod: one (and 2 more)",
    message: "prod:\n  - one\n  - three\\u{a}not a line\ndev:\n  - two Next: surefoot status dev",
  });
});

test("any notices fit into what SNS takes", () => {
  const notice = fc.record({
    environment: fc.string({ unit: "grapheme" }),
    what: fc.string({ unit: "grapheme" }),
  });
  fc.assert(
    fc.property(fc.array(notice, { minLength: 1 }), (notices) => {
      const { subject } = messageOf(notices);
      expect(subject).toMatch(/^[\u0020-\u007E]{1,99}$/);
    }),
  );
  const many = Array.from({ length: 4000 }, (_, index) => ({
    environment: "prod",
    what: `${index} ${"é".repeat(100)}`,
  }));
  const { message } = messageOf(many);
  expect(Buffer.byteLength(message)).toBeLessThan(256 * 1024);
  expect(message).toMatch(/\(\d+ lines more than fit here\)$/);
});
