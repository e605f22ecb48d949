// Tests that what is masked by its shape stays masked, and that no text, however hostile, costs more than its length. Made-up canaries.
import { expect, it } from "vitest";
import { MASK, maskText } from "../../../pipelines/masking/secrets.ts";
import { shapes } from "../../../pipelines/masking/secret-shapes.ts";

const c = "canary4711canary4711canary4711";
const mixed = `Ab1/${"Canary4711".repeat(3)}Canary`;
const key = `-----BEGIN PRIVATE KEY-----\n${c}\n-----END PRIVATE KEY-----\n`;
const account = (blank: string): string =>
  JSON.stringify({ type: "service_account", project_id: "p".repeat(60), private_key: key }, null, blank);
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const wrapped = base64(account("  ")).replaceAll(/.{76}/g, (line) => `${line}\n    `);

/** One that is masked and one to be repeated, that begins like it and comes to nothing, for each shape. */
const samples: Record<string, [secret: string, hostile: string]> = {
  "private key": [key.replaceAll("\n", String.raw`\n`), "-----BEGIN RSA PRIVATE KEY-----"],
  "age key": [`AGE-SECRET-KEY-1${"CANARY4711".repeat(5)}`, "AGE-SECRET-KEY-1"],
  "AWS pair": [`AKIA${"CANARY4711CANARY"},${mixed}`, `AKIA${"A".repeat(16)} `],
  "AWS id": ["ASIACANARY4711CANARY", "AKIAA"],
  "AWS session": [`IQoJb3JpZ2lu${mixed}`, "/IQoJb3JpZ2lu"],
  "AWS secret": [`the secret of aws is ${mixed}`, `secret ${"aA1".repeat(12)} `],
  "prefixed token": [`glpat-${c}`, "-ghp_"],
  "plain token": [`npm_${c}`, "-npm_aaaaaaaaaaaaaaaaaaaa"],
  "JSON web token": [`eyJhbGciOiJIUzI1NiJ9.${c}.${c}`, ".eyJaaaaaaaa"],
  "Azure secret": [`Abc8Q~${c}1234`, "aaa8Q~"],
  "Discord bot": [`MTIz${c.slice(0, 20)}.Gcanar.${c}`, `M${"A".repeat(24)}.`],
  "Telegram bot": [`1234567890:AA${c}abcd`, "1234567890:AA"],
  "hash of a password": [`$2b$10$${c}${c.slice(0, 23)}`, "$2b$"],
  "URL with a password": [`mongodb://u:${c}/x@${c}@h1,h2/db`, "://a:b"],
  "URL with a token": [`https://${c}@host/x`, "://aaaaaaaaaaaaaaaaaaaaaaaa"],
  webhook: [`https://discord.com/api/v10/webhooks/1/${c}`, "hooks.slack.com/services/ "],
  "Telegram URL": [`https://api.telegram.org/bot1:${c}/x`, "api.telegram.org/bot/"],
  "signed URL": [`https://h.example/x?sv=1&sig=${c}`, "?sig=&"],
  authorization: [`authorization: Digest ${c}`, "authorization: "],
  bearer: [`bearer ${c}`, "bearer "],
  cookie: [`Set-Cookie: id=${c}; Path=/`, "cookie: a"],
  SQL: [`CREATE USER x WITH PASSWORD '${c}'`, "password '"],
  netrc: [`machine h login x password ${c}`, "login x password"],
  curl: [`curl -s -u bob:${c} https://h.example`, "curl -u a"],
  "password flag": [`docker login -u x -p ${c} h`, "login mysql sshpass "],
};
const hostile = (seed: string): string => seed.repeat(Math.ceil(1_000_000 / seed.length));

it("has a sample for each shape", () => {
  expect(Object.keys(samples).toSorted()).toEqual(shapes.map(([what]) => what).toSorted());
});

it.each(Object.entries(samples))("masks: %s", (_what, [secret]) => {
  const masked = maskText(`before ${secret} after`);
  expect(masked).not.toMatch(/canary47/i);
  expect(masked).toContain(MASK);
  expect(masked).toContain("before ");
  expect(maskText(masked)).toBe(masked);
});

it("bounds every repetition", () => {
  for (const [what, { source }] of shapes) {
    const signs = source.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/g, "_");
    expect(signs, what).not.toMatch(/[*+]|\{\d+,\}/);
  }
});

it.each([
  ...Object.entries(samples).map(([what, [, seed]]) => [what, seed] as const),
  ...["=", "a=", "token=", "token: a ,", "auth='", "auth: ", 'token="\\', "token: |\n a\n", "--token "].map(
    (seed) => ["assignments", seed] as const,
  ),
  ...["<token a", "name: a value: ", "aaaaaaaaaaaaaaaaaaaa\n", 'secret=\\"', "token=&a", "@"].map(
    (seed) => ["assignments", seed] as const,
  ),
])("comes back from a million hostile characters: %s %j", { timeout: 60_000 }, (_what, seed) => {
  // One that took the square of its length would need hours.
  expect(maskText(hostile(seed)).length).toBeGreaterThan(0);
});

it.each([
  account(""),
  base64(account("")),
  base64(account("  ")),
  wrapped,
  base64(base64(account(""))),
  base64(`user:${c}`),
  base64(`DB_PASSWORD=${c}\n`),
])("masks the key of a service account and what else base64 holds: %#", (text) => {
  const masked = maskText(`x: ${text}`);
  for (const part of [c, base64(c).slice(4, 20), base64(`user:${c}`).slice(4, 20)])
    expect(masked).not.toContain(part);
  expect(masked).toContain(MASK);
  expect(masked.length).toBeLessThan(200);
});

it("leaves base64 alone that holds none", () => {
  for (const text of [base64("a harmless text of some length"), base64("key of a house: none needed")])
    expect(maskText(text)).toBe(text);
});
