// The names of resources: they sort, they spread, and local environments lie apart.
import { expect, it } from "vitest";
import { localRoot, nodeName, stateFolder, zoneOf } from "../../infra/names.ts";

it("names nodes from 01 on, so that they sort by number", () => {
  const names = Array.from({ length: 50 }, (_, index) => nodeName("server", index));
  expect(names[0]).toBe("server-01");
  expect(names[49]).toBe("server-50");
  expect(names.toSorted()).toEqual(names);
  expect(nodeName("server", 999)).toBe("server-1000");
});

it("goes round the zones in turn", () => {
  expect([0, 1, 2, 3, 4].map((index) => zoneOf(["a", "b", "c"], index))).toEqual(["a", "b", "c", "a", "b"]);
  expect(zoneOf(["only"], 7)).toBe("only");
});

it("keeps each local environment in a folder of its own, outside git", () => {
  expect(stateFolder("/repo")).toBe("/repo/.surefoot");
  const root = (description: string, local: boolean) => localRoot("/repo", { description, local });
  expect(root("prod", true)).toBe("/repo/.surefoot/local/prod");
  expect(root("prod", false)).toBe("/repo/.surefoot/real/prod");
  expect(root("dev", true)).not.toBe(root("prod", true));
});
