// What every verb shares: flags that hold KEY=value, and a result that shows no secret.
import { afterEach, expect, it, vi } from "vitest";
import { finish, keyValue, say } from "../../scripts/verb.ts";
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

afterEach(() => void vi.restoreAllMocks());

/** What was written by then. */
function listening() {
  const said: string[] = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, "write").mockImplementation((text) => said.push(String(text)) > 0);
  return () => said.splice(0).join("");
}

it("shows no secret, whatever a verb found out", () => {
  const heard = listening();
  const secret = "curl: password=hunter2hunter2";
  const result = { document: { reason: secret, [secret]: 1 }, lines: ["first", secret], ok: true };
  for (const act of [() => say(secret), () => finish(result, {}), () => finish(result, { json: true })]) {
    act();
    expect(heard()).toMatch(/^[^]*\[secret\][^]*\n$/);
    act();
    expect(heard()).not.toContain("hunter2");
  }
});

it("prints what must stay whole as it is, and nothing where there is nothing to say", () => {
  const heard = listening();
  const exact = { document: ["token=abcdefgh12"], lines: ["token=abcdefgh12"], ok: true, exact: true };
  finish(exact, {});
  expect(heard()).toBe("token=abcdefgh12\n");
  finish(exact, { json: true });
  expect(JSON.parse(heard())).toEqual(exact.document);
  finish({ document: [], lines: [], ok: true }, {});
  expect(heard()).toBe("");
});
