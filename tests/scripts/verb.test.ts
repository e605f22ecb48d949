// Flags that hold KEY=value.
import { expect, it } from "vitest";
import { keyValue } from "../../scripts/verb.ts";
import { refusalOf } from "../support/refusal.ts";

it("splits at the first equals sign", () => {
  expect(keyValue("A=1")).toEqual({ A: "1" });
  expect(keyValue("URL=https://x/?a=b")).toEqual({ URL: "https://x/?a=b" });
  expect(keyValue("EMPTY=")).toEqual({ EMPTY: "" });
});

it("gathers over repeated flags, the last one wins", () => {
  expect(keyValue("B=2", keyValue("A=1"))).toEqual({ A: "1", B: "2" });
  expect(keyValue("A=2", { A: "1" })).toEqual({ A: "2" });
});

it("changes nothing that it was given", () => {
  const before = { A: "1" };
  keyValue("A=2", before);
  expect(before).toEqual({ A: "1" });
});

it("keeps a key that is part of every object", () => {
  expect(Object.entries(keyValue("__proto__=1"))).toEqual([["__proto__", "1"]]);
});

it("refuses what has no key or no equals sign", () => {
  for (const text of ["A", "", "=1", "="]) {
    const refusal = refusalOf(() => keyValue(text));
    expect(refusal).toMatchObject({ code: "E_USAGE", state: "nothing was touched", next: "--set KEY=value" });
    expect(refusal.message).toBe(`${JSON.stringify(text)} is not KEY=value`);
  }
});
