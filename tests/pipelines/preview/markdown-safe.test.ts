// Nothing from outside is markup in a comment, whatever it holds, and no secret gets through, wherever it stands.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { COMMENT_LIMIT, markdownOf, SUMMARY_LIMIT } from "../../../pipelines/preview/markdown.ts";
import { code, fenced, link, masked } from "../../../pipelines/preview/markdown-safe.ts";
import { alsoMasking } from "../../../pipelines/masking/registered.ts";
import { previewFullOf } from "../../support/hostile-preview.ts";
import { read } from "./markdown-reader.ts";

const CANARY = "zqz";
const hostile = [
  "@everyone zqz",
  "@acme/admins zqz fixes #1, closes acme/game#2",
  "<img src=x onerror=zqz>",
  "</details></summary></code><script>zqz</script>",
  "<!-- surefoot:preview:v1 zqz -->",
  "`zqz` ``zqz`` ```zqz",
  "`".repeat(60) + "zqz",
  "zqz\n```\n# zqz\n~~~~\n",
  "```diff\nzqz",
  "![zqz](https://evil.example/zqz.png)",
  "[zqz](javascript:zqz)",
  "https://evil.example/zqz www.evil.example zqz@evil.example",
  "| zqz | zqz |\n|---|---|\n| zqz | zqz |",
  "zqz\\`zqz\\",
  "&lt;zqz&#64;everyone&amp;",
  "> zqz\n- zqz\n1. zqz\n# zqz\n---\n    zqz",
  "\u202ezqz\u202c\u2066\u200bzqz\u00ad\u{e0041}\u3164\u00a0",
  "\u001b[31mzqz\u0007\u0000\r\nzqz\u2028zqz",
  " zqz ",
  "`zqz",
  "zqz`",
  "$zqz$ $$zqz$$ :zqz: ~~zqz~~ [^zqz] **zqz** __zqz__",
];
const text = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ unit: "binary", maxLength: 60 }).map((some) => some + CANARY),
  fc
    .array(fc.constantFrom("`", "``", "\n", "<", ">", "@", "#1", "|", "\\", " ", "~~~", CANARY, "\u202e"), {
      maxLength: 30,
    })
    .map((parts) => parts.join("") + CANARY),
);

// Everything that is written outside of code is ours.
function expectHarmless(markdown: string): void {
  const { outside, whole } = read(markdown);
  expect(whole).toBe(true);
  expect(outside).not.toContain(CANARY);
  expect(outside.replaceAll(/<\/?(?:details|summary)>/g, "")).not.toMatch(/[<@|\\$~[\]!]|#\d|:\/\/|www\./);
  expect(markdown).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u3164\u00a0]|(?!\n)\p{Cc}/u);
}

it.each(hostile)("keeps %j harmless wherever it stands", (one) => {
  for (const limit of [COMMENT_LIMIT, SUMMARY_LIMIT, 5000])
    expectHarmless(markdownOf(previewFullOf(one), { limit }));
  expect(markdownOf(previewFullOf(one))).toContain(CANARY);
});

it("keeps any text harmless, in any room", () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 4000, max: 200_000 }), (one, limit) => {
      const markdown = markdownOf(previewFullOf(one), { limit });
      expectHarmless(markdown);
      expect(Buffer.byteLength(markdown)).toBeLessThan(limit);
    }),
    { numRuns: 300 },
  );
});

it("shows a text in a code span as it is, as far as it can be seen", () => {
  expect(["a", "", "  ", "`", "a`b", " a", "x".repeat(101), "\u202e\n"].map((one) => code(one))).toEqual([
    "`a`",
    "(empty)",
    "(blank)",
    "`` ` ``",
    "``a`b``",
    "`  a `",
    `\`${"x".repeat(99)}…\``,
    "`\\u{202e}\\u{a}`",
  ]);
  expect(fenced(["a", "````", "b\nc"], "diff")).toBe("`````diff\na\n````\nb\\u{a}c\n`````");
});

it("links only to http, and shows anything else as code", () => {
  expect(link("the run", "https://github.example/a/b/actions/runs/1")).toMatch(/^\[the run\]\(https:/);
  for (const url of ["javascript:alert(1)", "https://x.example/)[y](z", "https://x.example/ b", ""])
    expect(read(link("the run", url)).outside).not.toContain("](");
});

const key = [
  "-----BEGIN RSA PRIVATE KEY-----",
  "MIIEcanaryline1canaryline1",
  "MIIEcanaryline2canaryline2",
  "-----END RSA PRIVATE KEY-----",
];
const secrets: [what: string, text: string, secret: string][] = [
  ["a password", "password=canary-one-4711", "canary-one-4711"],
  ["a token in JSON", '{"apiKey": "canary-two-4711"}', "canary-two-4711"],
  ["a key of AWS", "AKIACANARYCANARY4711", "AKIACANARYCANARY4711"],
  ["a token of GitHub", `ghp_${"canary47".repeat(5)}`, "canary47"],
  ["a token of Slack", "xoxb-canary-4711-canary-4711", "canary-4711"],
  ["a JWT", "eyJhbGciOiJ.eyJjYW5hcnkiOiJ4In0.canary-signature", "canary-signature"],
  ["a URL with a password", "postgres://app:canary-six-4711@db/game", "canary-six-4711"],
  ["a webhook", "https://hooks.slack.com/services/T0/B0/canary47114711", "canary47114711"],
  ["a private key", key.join("\n"), "canaryline"],
];

it.each(secrets)("lets no secret through: %s", (_what, one, secret) => {
  for (const limit of [COMMENT_LIMIT, SUMMARY_LIMIT, 5000]) {
    for (const around of [
      one,
      `zqz ${one}`,
      `${"x".repeat(90)} ${one}`,
      `\`${one}\``,
      `${one}\n\`\`\`\n${one}`,
    ]) {
      const markdown = markdownOf(previewFullOf(around), { limit });
      expect(markdown).not.toContain(secret);
      expectHarmless(markdown);
    }
  }
});

it("lets no part of a secret through where a text is cut", () => {
  for (let before = 0; before < 320; before += 7) {
    const texts = secrets.map(([, one]) => `${"x".repeat(before)} ${one}`);
    for (const one of texts) expect(markdownOf(previewFullOf(one))).not.toMatch(/canary|CANARY/);
  }
});

it("lets no registered secret through, however it looks", () => {
  const secret = "blue horse battery";
  alsoMasking([secret], () => {
    for (const limit of [COMMENT_LIMIT, 5000]) {
      const markdown = markdownOf(previewFullOf(`the ${secret} zqz`), { limit });
      expect(markdown).not.toContain(secret);
      expect(markdown).toContain("[secret]");
    }
  });
});

it("masks what only a finished block shows, and leaves the block whole", () => {
  alsoMasking(["`one` and"], () => {
    const block = ["- `one` and `@two`", "```diff", "- `one` and", "+ x", "```", "fine"].join("\n");
    expect(masked(block).split("\n")).toEqual([
      "`` - [secret] `@two` ``",
      "```diff",
      "- [secret]",
      "+ x",
      "```",
      "fine",
    ]);
    expect(read(masked(block)).outside).not.toContain("@two");
  });
});
