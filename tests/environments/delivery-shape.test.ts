// What may drift and what config may lack: each such exception has a reason and an owner, or the description is refused.
import { expect, test } from "vitest";
import { complaintsAbout, SMALL } from "./written-folder.ts";

const lists = {
  "drift.ignore": (entry: string) => `drift:\n  ignore:\n    - { resource: database, ${entry} }\n`,
  "promotion.accept": (entry: string) =>
    `promotion:\n  after: staging\n  accept:\n    - { service: app, key: FLAG, ${entry} }\n`,
};
const bad: [string, string][] = [
  ["reason: the console set it", "owner: missing (Who answers for it)"],
  ["owner: ann", "reason: missing (Why this is accepted)"],
  ["reason: the console set it, owner: ''", "owner: Too small: expected string to have >=1 characters"],
  ["reason: '  ', owner: ann", "reason: Too small: expected string to have >=3 characters"],
];

test.each(Object.entries(lists))("each entry of %s has a reason and an owner", (path, written) => {
  expect(complaintsAbout({ prod: SMALL + written("reason: the console set it, owner: ann") })).toEqual([]);
  const line = SMALL.split("\n").length + written("").split("\n").length - 2;
  for (const [entry, complaint] of bad)
    expect(complaintsAbout({ prod: SMALL + written(entry) }).map((one) => one.replace(/:\d+ /, " "))).toEqual(
      [`environments/prod.yaml:${line} ${path}[0].${complaint}`],
    );
});
