// Tests of the chats: the shape and the limits that each documents, mentions and formatting without effect, which URLs count.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { chats, secretsIn, webhookOf } from "../../../pipelines/notify/chats.ts";
import { messageOf } from "../../../pipelines/notify/message.ts";
import type { Delivery, Notice } from "../../../pipelines/notify/notice.ts";

type Name = Delivery["chat"];
const names = Object.keys(chats) as Name[];
const urls: Record<Name, string> = {
  slack: "https://hooks.slack.com/services/T00000001/B00000001/aB3dEfGh1jKlMn0pQrStUvWx",
  discord: "https://discord.com/api/webhooks/123456789012345678/aB3d-Ef_h1jKlMn0pQrStUvWxaB3d",
  telegram: "https://api.telegram.org/bot123456:ABC-DEF1234ghIkl-zyx57W2v1u/sendMessage?chat_id=-100123",
};
const config = (chat: Name) => ({ chat, webhook: "HOOK", on: ["done" as const] });
const found = (chat: Name, url: string | undefined) => webhookOf(config(chat), { HOOK: url });

const notice = (change: Partial<Notice>): Notice => ({
  kind: "done",
  environment: "prod",
  title: "t",
  lines: [],
  cause: "c",
  ...change,
});

/** The texts in a body that the chat reads. */
function texts(chat: Name, change: Partial<Notice>): { all: string; body: any } {
  const { body } = chats[chat].request(new URL(urls[chat]), messageOf([notice(change)])) as { body: any };
  const all = [body.text, body.content, body.blocks?.[0]?.text.text].filter((one) => typeof one === "string");
  return { all: all.join("\n"), body };
}

test.each(names)("%s takes its own webhook and no other's", (chat) => {
  expect(found(chat, urls[chat])).toMatchObject({ ok: true });
  const others = names.filter((other) => other !== chat && chat !== "slack");
  for (const other of others) expect(found(chat, urls[other])).toMatchObject({ ok: false, missing: false });
});

test.each([
  ["http://hooks.slack.com/services/T/B/x", "is not encrypted"],
  ["https://user:secret-word@hooks.slack.com/services/T/B/x", "holds a password"],
  ["file:///etc/passwd", "is no web address"],
  ["https://hooks.slack.com/", "has no path"],
  ["secret-word", "is no URL"],
])("%s is refused: it %s; what it holds is not told", (url) => {
  const refused = found("slack", url);
  expect(refused).toMatchObject({ ok: false, missing: false });
  expect(JSON.stringify(refused)).toContain("HOOK");
  expect(JSON.stringify(refused)).not.toContain("secret-word");
});

test.each(["http://127.0.0.1:8080/x", "http://localhost:1/x", "http://[::1]:1/x"])(
  "%s is this machine",
  (url) => {
    expect(found("slack", url)).toMatchObject({ ok: true });
  },
);

test("a variable that is not set is missing", () => {
  expect([found("slack", undefined), found("slack", " ")]).toMatchObject([
    { missing: true },
    { missing: true },
  ]);
});

test.each(names)("the secret parts of a webhook of %s are known", (chat) => {
  const secrets = secretsIn(new URL(urls[chat]));
  const token = {
    slack: "aB3dEfGh1jKlMn0pQrStUvWx",
    discord: "aB3d-Ef_h1jKlMn0pQrStUvWxaB3d",
    telegram: "ABC-DEF1234ghIkl-zyx57W2v1u",
  };
  expect(secrets).toEqual(expect.arrayContaining([urls[chat], token[chat]]));
});

test.each(names)("%s: nobody is mentioned", (chat) => {
  const hostile = "@everyone @here <!channel> <@U123> <@&42> <#C1> @someone <https://evil.example|click>";
  const { all } = texts(chat, { title: hostile, lines: [hostile], subject: hostile });
  expect(all).not.toMatch(/@(everyone|here|someone|U123|&)/);
  if (chat === "slack") expect(all).not.toMatch(/<[!@#h]/);
  if (chat === "discord") expect(all).not.toMatch(/(^|[^\\])</m);
});

test("discord allows no mention, shows no preview and waits for what became of it", () => {
  const { url, body } = chats.discord.request(
    new URL(`${urls.discord}?thread_id=5`),
    messageOf([notice({})]),
  );
  expect(body).toMatchObject({ allowed_mentions: { parse: [] }, flags: 4 });
  expect(url).toBe(`${urls.discord}?thread_id=5&wait=true`);
});

test("telegram is told where by the document, not by the URL", () => {
  const asked = new URL(`${urls.telegram}&message_thread_id=7&parse_mode=HTML`);
  const { url, body } = chats.telegram.request(asked, messageOf([notice({})]));
  expect(url).not.toContain("?");
  expect(body).toEqual({
    chat_id: "-100123",
    message_thread_id: 7,
    text: "✅ t",
    link_preview_options: { is_disabled: true },
  });
});

test("formatting has no effect where it is read", () => {
  const title = "*a* _b_ ~c~ `d` [e](https://evil.example) # g > h | i";
  expect(texts("discord", { title }).all).toBe(
    String.raw`✅ \*a\* \_b\_ \~c\~ \`d\` \[e\]\(https://evil.example\) \# g \> h \| i`,
  );
  const { body } = texts("slack", { title });
  expect(body.blocks[0].text).toMatchObject({ type: "plain_text" });
  expect(body.text).toBe(
    String.raw`✅ \*a\* \_b\_ \~c\~ \`d\` \[e\]\(https://evil.example\) \# g &gt; h \| i`,
  );
  expect(texts("telegram", { title }).body).not.toHaveProperty("parse_mode");
});

test("a link is shown, one with a secret is not", () => {
  const link = "https://github.com/o/r/actions/runs/1?a=1&b=2";
  expect(texts("slack", { link }).body.blocks[1].elements[0].text).toBe(
    "<https://github.com/o/r/actions/runs/1?a=1&amp;b=2|more>",
  );
  expect(texts("discord", { link }).all).toContain(`\n<${link}>`);
  expect(texts("telegram", { link }).all).toContain(`\n${link}`);
  for (const chat of names)
    expect(JSON.stringify(texts(chat, { link: `${link}&token=abc` }).body)).not.toContain("runs/1");
});

const limits: Record<Name, number> = { slack: 3000, discord: 2000, telegram: 4096 };

test.each(names)("%s: any text stays within the limit and shows no canary", (chat) => {
  const canaries = [`ghp_${"c4".repeat(18)}`, "AKIAIOSFODNN7CANARY0", "password=canary-canary"];
  const piece = fc.oneof(
    fc.constantFrom(...canaries, ...canaries.map((one) => ` ${one} `)),
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.constantFrom("<!here>", "@everyone", "&&&&", "```", "\n", "\u202E", "💥".repeat(99)),
  );
  // Apart, as texts hold them: what is glued to other letters is no longer the shape of a secret.
  const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(" "));
  const one = fc.record({ title: text, subject: text, lines: fc.array(text, { maxLength: 20 }), link: text });
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 6 }), (some) => {
      const { body } = chats[chat].request(new URL(urls[chat]), messageOf(some.map(notice))) as { body: any };
      const main = [body.text, body.content, body.blocks?.[0]?.text.text].filter(
        (part) => part !== undefined,
      );
      for (const part of main) expect(part.length).toBeLessThanOrEqual(limits[chat]);
      for (const part of main) expect(part.trim().length).toBeGreaterThan(0);
      const whole = JSON.stringify(body).replaceAll("\\", "");
      expect(whole).not.toMatch(/ghp_c4|AKIAIOS|canary-canary/);
      expect(whole).not.toMatch(/@(everyone|here)/);
      if (chat === "slack") expect(whole).not.toContain("<!here");
    }),
    { numRuns: 100 },
  );
});
