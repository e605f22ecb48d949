// Tests which services count as moved between two files of pins.
import { expect, it } from "vitest";
import { parsePins, pinChanges } from "../../../pipelines/preview/pins.ts";

const pin = (id: string | null) => ({ current: id === null ? null : { id } });

it("tells what comes, moves and goes, by name, and nothing of the rest", () => {
  const before = { b: pin("r1+aa"), a: pin("r1+aa"), gone: pin("r3+aa"), never: pin(null) };
  const after = { b: pin("r1+bb"), a: pin("r1+aa"), fresh: pin("r1+aa") };
  expect(pinChanges(before, after)).toEqual([
    { service: "b", from: "r1+aa", to: "r1+bb" },
    { service: "fresh", from: null, to: "r1+aa" },
    { service: "gone", from: "r3+aa", to: null },
  ]);
});

it("reads a file of an older commit, with more in it than is known today, and says when it cannot", () => {
  expect(parsePins('{"a":{"current":{"id":"r1","more":1},"history":[]}}')).toMatchObject({
    a: { current: { id: "r1" } },
  });
  for (const text of ["", "[]", "{", '{"a":1}', '{"a":{}}']) expect(parsePins(text)).toBeUndefined();
});

it("takes no service for one that every object has", () => {
  expect(pinChanges({}, JSON.parse('{"constructor":{"current":{"id":"r1"}}}'))).toEqual([
    { service: "constructor", from: null, to: "r1" },
  ]);
});
