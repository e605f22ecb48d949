// Tests of looks that fail: told like any error, without a secret, and as a look of which nobody knows what it would have seen.
import { expect, test } from "vitest";
import { failedLook, lookForDrift } from "../../../pipelines/drift/run.ts";
import { Refusal } from "../../../pipelines/errors.ts";

test("a refusal keeps its words; what is secret in them is masked", () => {
  const refusal = new Refusal("E_AWS_CREDENTIALS", {
    what: "refused: token=canary-canary",
    state: "nothing was changed",
    next: "sign in",
    details: ["password: canary-canary"],
  });
  const look = failedLook("prod", refusal);
  expect(look).toMatchObject({
    environment: "prod",
    verdict: "failed",
    error: { code: "E_AWS_CREDENTIALS", next: "sign in" },
  });
  expect(JSON.stringify(look)).not.toContain("canary");
});

test("anything else is a bug of ours, and still no drift", () => {
  expect(failedLook("prod", new TypeError("x is null"))).toMatchObject({
    verdict: "failed",
    error: { code: "E_BUG", what: "x is null" },
  });
});

test("an environment that nobody described fails its look alone; an interruption ends all", async () => {
  const signal = new AbortController().signal;
  expect(await lookForDrift("/nowhere", "prod", signal)).toMatchObject({ error: { code: "E_ENVIRONMENT" } });
  const interrupted = AbortSignal.abort(new Error("interrupted"));
  await expect(lookForDrift("/nowhere", "prod", interrupted)).rejects.toThrow("interrupted");
});
