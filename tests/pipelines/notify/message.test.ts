// Tests of messages: likes told once, whole lines within any limit, the last word kept.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fitted, messageOf } from "../../../pipelines/notify/message.ts";
import type { Notice } from "../../../pipelines/notify/notice.ts";

const notice = (change: Partial<Notice> = {}): Notice => ({
  kind: "wave",
  environment: "prod",
  title: "prod app r2: wave 1: pass",
  lines: [],
  cause: "one",
  ...change,
});
const same = (line: string): string => line;

test("fifty nodes that fail alike are one line with their names and number", () => {
  const failed = Array.from({ length: 50 }, (_, index) =>
    notice({ subject: `server-${index + 1}`, title: "failed: exit 1" }),
  );
  expect(fitted(messageOf(failed), 3000, same)).toBe(
    "🌊 server-1, server-2, server-3, server-4, server-5, server-6 and 44 more failed: exit 1",
  );
});

test("what differs stays in order, what repeats without a name is counted", () => {
  const all = [
    notice({ kind: "started", title: "begins" }),
    notice(),
    notice(),
    notice({ kind: "done", title: "ends", lines: ["evidence: x"] }),
  ];
  expect(fitted(messageOf(all), 3000, same).split("\n")).toEqual([
    "▶️ begins",
    "🌊 prod app r2: wave 1: pass (2 times)",
    "✅ ends",
    "   evidence: x",
  ]);
});

test("details give way first, and how many is told", () => {
  const lines = Array.from({ length: 100 }, (_, index) => `evidence ${index}`);
  const text = fitted(messageOf([notice({ title: "first", lines }), notice({ title: "last" })]), 300, same);
  expect(text.length).toBeLessThanOrEqual(300);
  expect(text).toContain("🌊 first");
  expect(text).toContain("🌊 last");
  const shown = text.match(/evidence \d+/g) ?? [];
  expect(text).toContain(`… and ${100 - shown.length} more lines`);
});

test("the last of a thousand heads is there", () => {
  const many = Array.from({ length: 1000 }, (_, index) => notice({ title: `event ${index}`, lines: ["x"] }));
  const text = fitted(messageOf(many), 2000, same);
  expect(text.length).toBeLessThanOrEqual(2000);
  expect(text).toContain("event 0\n");
  expect(text).toContain("event 999");
  const shown = text.match(/event \d+|^ {3}x$/gm) ?? [];
  expect(text).toContain(`… and ${2000 - shown.length} more lines`);
});

test("any texts, any limit: within it, no character cut in two, no control character, the last head there", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 600 }),
    fc.string({ unit: "grapheme", maxLength: 600 }),
    fc.constantFrom("\u202Eevil", "a\nb\r\n\u0007c", "💥".repeat(300), "```\n# x", "&".repeat(500)),
  );
  const one = fc.record({ title: hostile, lines: fc.array(hostile, { maxLength: 8 }), subject: hostile });
  fc.assert(
    fc.property(
      fc.array(one, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 400, max: 4096 }),
      (some, most) => {
        const message = messageOf(some.map((change) => notice(change)));
        const text = fitted(message, most, (line) => line.replaceAll("&", "&amp;"));
        expect(text.length).toBeLessThanOrEqual(most);
        expect(text.isWellFormed()).toBe(true);
        expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
        expect(text).not.toMatch(/&(?!amp;)/);
        const last = message.paragraphs.at(-1)?.head ?? "";
        expect(text).toContain(last.slice(0, 15).split("&")[0]);
      },
    ),
    { numRuns: 100 },
  );
});
