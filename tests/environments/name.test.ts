// Tests how names of environments are read.
import { describe, expect, test } from "vitest";
import { parseName } from "../../environments/name.ts";

describe("parseName", () => {
  test("prod is the real one", () => {
    const name = { id: "prod", description: "prod", local: false, stack: "prod" };
    expect(parseName("prod")).toEqual({ ok: true, name });
  });

  test("local/prod is prod rehearsed here", () => {
    const name = { id: "local/prod", description: "prod", local: true, stack: "local-prod" };
    expect(parseName("local/prod")).toEqual({ ok: true, name });
  });

  test("forty characters are allowed", () => {
    expect(parseName("a".repeat(40)).ok).toBe(true);
  });

  test.each([
    "",
    "local/",
    "/",
    "Prod",
    "1prod",
    "-prod",
    "prod/",
    "../prod",
    "local/../prod",
    "local/local/prod",
    "aws/prod",
    "prod.yaml",
    "prod\n",
    "prod\0",
    " prod",
    "a".repeat(41),
    "base",
    "local/base",
    "local",
    "local-prod",
    "__proto__",
  ])("%j is refused with a complaint", (id) => {
    expect(parseName(id)).toMatchObject({ ok: false, complaint: expect.stringMatching(/^".*"/) });
  });
});
