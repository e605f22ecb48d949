// What the config of two environments is held against: missing keys stop, accepted ones are told, values are only shown.
import { expect, test } from "vitest";
import { configParity } from "../../environments/config-parity.ts";

const sides = (change: Partial<Parameters<typeof configParity>[0]> = {}) =>
  configParity({ service: "app", needs: {}, there: {}, here: {}, accept: [], ...change });
const entry = (key: string, service = "app") => ({ service, key, reason: "only a test", owner: "ann" });

test("a key that only upstream gives stops, and says which", () => {
  const { stops } = sides({ there: { FLAG: "on", HOST: "a" }, here: { HOST: "a" } });
  expect(stops).toEqual([
    { key: "FLAG", rule: "config-only-upstream", message: "is given there and not here" },
  ]);
});

test("an accepted key does not stop; the entry of another service accepts nothing", () => {
  const there = { FLAG: "on" };
  expect(sides({ there, accept: [entry("FLAG")] })).toMatchObject({ stops: [], accepted: [entry("FLAG")] });
  expect(sides({ there, accept: [entry("FLAG", "server")] }).stops).toHaveLength(1);
});

test("a needed key that is missing or malformed stops, whatever is accepted, and is told once", () => {
  const needs = { HOST: "url", LIMIT: "integer" } as const;
  const there = { HOST: "https://a.example.com", LIMIT: "3" };
  const parity = sides({ needs, there, here: { LIMIT: "three" }, accept: [entry("HOST")] });
  expect(parity.stops.map(({ key, rule }) => [key, rule])).toEqual([
    ["HOST", "config-missing"],
    ["LIMIT", "config-not-as-needed"],
  ]);
});

test("what is only here and what differs never stops", () => {
  const parity = sides({ there: { HOST: "a" }, here: { HOST: "b", MORE: "1" } });
  expect(parity).toMatchObject({
    stops: [],
    onlyHere: [{ key: "MORE", here: "1" }],
    differing: [{ key: "HOST", there: "a", here: "b" }],
  });
});

test("an entry that accepts nothing any more is stale", () => {
  const { stale } = sides({ there: { A: "1" }, here: { A: "1" }, accept: [entry("A"), entry("B")] });
  expect(stale.map(({ key }) => key)).toEqual(["A", "B"]);
});

test("names of JavaScript's own are keys like any other", () => {
  const { stops } = sides({ there: { constructor: "x", toString: "y" }, here: {} });
  expect(stops.map(({ key }) => key)).toEqual(["constructor", "toString"]);
});
