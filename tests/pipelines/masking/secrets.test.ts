// Tests that secrets stay out of what is shown, whichever way they come in. The canaries are made up.
import { assert, constantFrom, property, string } from "fast-check";
import { expect, it } from "vitest";
import { MASK, maskText, maskValue } from "../../../pipelines/masking/secrets.ts";

const canary = "canary4711canary4711";
const aws = `AKIA${"CANARY4711CANARY"}`;

it.each([
  `postgres://admin:${canary}@host/db`,
  `export DB_PASSWORD=${canary}`,
  `{"apiKey": "${canary}"}`,
  `token: ${canary}`,
  `-----BEGIN RSA PRIVATE KEY-----\n${canary}\n-----END RSA PRIVATE KEY-----`,
  `-----BEGIN PRIVATE KEY-----\n${canary}`,
  `ghp_${canary}`,
  `xoxb-${canary}`,
  `eyJhbGciOiJIUzI1NiJ9.${canary}.${canary}`,
  `https://hooks.slack.com/services/T000/B000/${canary}`,
  `https://api.telegram.org/bot1234:${canary}/sendMessage`,
  `{"password":"${canary}"}`,
  `{\\"token\\":\\"two words ${canary}\\"}`,
  `secret: "two words ${canary}"`,
  `Authorization: Basic ${canary}`,
  `curl -H 'Bearer ${canary}'`,
  `login --password ${canary}`,
  `DB_PASS=${canary}`,
  `https://bucket.example/key?a=1&X-Amz-Signature=${canary}&b=2`,
  `-----BEGIN PGP PRIVATE KEY BLOCK-----\n${canary}\n-----END PGP PRIVATE KEY BLOCK-----`,
  `sk_live_${canary}`,
])("masks %j", (text) => {
  expect(maskText(`before ${text}`)).not.toContain(canary);
  expect(maskText(`before ${text}`)).toContain("before ");
});

it("masks the id of an access key", () => {
  expect(maskText(`id ${aws} end`)).toBe(`id ${MASK} end`);
});

it("masks what stands under a telling name, at any depth and in name-value pairs", () => {
  const masked = maskValue("settings", {
    password: canary,
    nested: [{ clientSecret: canary, plain: "shown" }],
    environment: [{ name: "DB_PASSWORD", value: canary }],
    secretString: canary,
    signed: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: canary },
  });
  expect(JSON.stringify(masked)).not.toContain(canary);
  expect(JSON.stringify(masked)).toContain("shown");
});

it("leaves alone what only sounds like one", () => {
  const harmless = { httpTokens: "required", kmsKeyId: "arn:aws:kms:key/1", passwordLength: 20, monkey: "m" };
  expect(maskValue("", harmless)).toEqual(harmless);
  const arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:surefoot/prod/server";
  expect(maskText(arn)).toBe(arn);
  for (const plain of [
    "secretsmanager:GetSecretValue",
    "a token: none is needed",
    "basic setup, bearer of news",
  ])
    expect(maskText(plain).replace(MASK, "none")).toBe(plain);
});

it("masks a canary under a telling name whatever it is", () => {
  assert(
    property(string({ minLength: 1 }), constantFrom("password", "apiKey", "dbToken"), (text, key) => {
      expect(maskValue("", { [key]: text })).toEqual({ [key]: MASK });
    }),
  );
});
