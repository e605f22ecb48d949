// Tests that a registered value is masked in every spelling and only as long as it should be. The canaries are made up.
import { assert, property, string } from "fast-check";
import { expect, it } from "vitest";
import {
  alsoMasking,
  MASK,
  onlyMasking,
  maskRegistered,
  registerSecret,
  secretsOf,
} from "../../../pipelines/masking/registered.ts";

const canary = 'cana"ry/47+11 <&>';
const spelled = (text: string): string => alsoMasking([canary], () => maskRegistered(text));

it("masks a value as it is, in JSON, in a URL and in base64, wherever it stands", () => {
  for (const text of [canary, JSON.stringify(canary).slice(1, -1), encodeURIComponent(canary)])
    expect(spelled(`before ${text} after`)).toBe(`before ${MASK} after`);
  for (const before of ["", "x", "xy", "xyz"]) {
    for (const encoding of ["base64", "base64url"] as const) {
      const script = Buffer.from(`${before}${canary} and more`).toString(encoding);
      const masked = spelled(script);
      expect(masked).toContain(MASK);
      const left = Buffer.from(masked.replace(MASK, ""), "base64").toString();
      expect(left).not.toContain(canary.slice(1, -1));
    }
  }
});

it("masks each line of a key, and the longer of two that overlap", () => {
  const key = "first-line-of-key\nsecond-line-of-key\n";
  alsoMasking([key, "first-line-of-key-and-more"], () => {
    expect(maskRegistered("a second-line-of-key b")).toBe(`a ${MASK} b`);
    expect(maskRegistered("first-line-of-key-and-more")).toBe(MASK);
  });
});

it("masks for one piece of work alone, also when that fails", () => {
  expect(() =>
    alsoMasking(["canary4711"], () => {
      throw new Error(maskRegistered("canary4711"));
    }),
  ).toThrow(MASK);
  expect(maskRegistered("canary4711")).toBe("canary4711");
});

it("passes over what cannot be told from a word, and never blurs its own mask", () => {
  alsoMasking(["short", "", "secret"], () => {
    expect(maskRegistered(`a short secret ${MASK}`)).toBe(`a short secret ${MASK}`);
  });
});

it("keeps what was registered before", () => {
  registerSecret("lasting-canary");
  alsoMasking(["passing-canary"], () =>
    expect(maskRegistered("lasting-canary passing-canary")).toBe(`${MASK} ${MASK}`),
  );
  expect(maskRegistered("lasting-canary passing-canary")).toBe(`${MASK} passing-canary`);
});

it("masks any value in any surroundings", () => {
  assert(
    property(string({ minLength: 6, maxLength: 60 }), string(), string(), (secret, before, after) => {
      if (MASK.includes(secret.trim()) || secret.trim().length < 6) return;
      const masked = alsoMasking([secret], () => maskRegistered(`${before}${secret}${after}`));
      expect(
        masked.replaceAll(MASK, "\n").includes(secret.trim()) && !`${before}\n${after}`.includes(secret),
      ).toBe(false);
    }),
  );
});

it("knows secret variables by their name, by a list, and passwords inside URLs", () => {
  const env = {
    GITHUB_TOKEN: "token-value",
    AWS_SECRET_ACCESS_KEY: "aws-value",
    CHAT_WEBHOOK: "https://chat.example.com/hook",
    DATABASE_URL: "postgres://app:inside-url@host/db",
    MYSQL_PWD: "short-name",
    SENTRY_DSN: "https://dsn-value@sentry.example.com/1",
    QUEUE: "amqp://app:inside/with@sign@host/v",
    PWD: "/home/some body",
    TEAM_HOOK: "named-value",
    LISTED: "listed-value",
    SUREFOOT_SECRETS: "LISTED, OTHER",
    AWS_WEB_IDENTITY_TOKEN_FILE: "/var/run/secrets/token",
    PATH: "/usr/bin",
    HOME: "/home/somebody",
  };
  expect(secretsOf(env, ["TEAM_HOOK"]).toSorted()).toEqual(
    [
      "aws-value",
      "https://chat.example.com/hook",
      "https://dsn-value@sentry.example.com/1",
      "inside-url",
      "inside/with@sign",
      "short-name",
      "listed-value",
      "named-value",
      "token-value",
    ].toSorted(),
  );
});

it("what people sign does not change with what this machine happens to keep secret", () => {
  alsoMasking(["production"], () => {
    expect(onlyMasking(["canary4711"], () => maskRegistered("canary4711 in production"))).toBe(
      `${MASK} in production`,
    );
    expect(maskRegistered("canary4711 in production")).toBe(`canary4711 in ${MASK}`);
  });
});
