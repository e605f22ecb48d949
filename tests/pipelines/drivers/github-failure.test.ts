// What GitHub said, in a refusal: short, and without secrets wherever they stand in it.
import { expect, it } from "vitest";
import type { Refusal } from "../../../pipelines/errors.ts";
import { githubFailure } from "../../../pipelines/drivers/github-failure.ts";

const refused = (message: string): Refusal => {
  const error = Object.assign(new Error(message), {
    name: "HttpError",
    status: 422,
    response: { headers: {} },
  });
  return githubFailure(error, { doing: "writing the comment", state: "nothing was written" }) as Refusal;
};

it("masks all of it before it is cut: half of a secret does not look like one", () => {
  const key = `-----BEGIN PRIVATE KEY-----\n${"a".repeat(1900)}\n-----END PRIVATE KEY-----`;
  const { code, details } = refused(`Invalid: ${key} ghp_${"canary4711".repeat(4)} ${"b".repeat(400)}`);
  expect(code).toBe("E_GITHUB");
  expect(details[0]).toMatch(/^Invalid: /);
  expect(details[0]).not.toMatch(/canary|aaa/);
  expect(details[0]).toHaveLength(300);
});
