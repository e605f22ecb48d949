// Tests descriptions that extend others: merging, and complaints that point into the right file.
import { describe, expect, test } from "vitest";
import { loadDescription } from "../../environments/loader.ts";
import { complaintsAbout, SMALL, writtenFolder } from "./written-folder.ts";

const P = "environments/prod.yaml";
const B = "environments/base.yaml";

describe("extends", () => {
  test("merges maps, replaces lists, and goes over several files", () => {
    const middle = "extends: base\nzones: [a, b]\nservices: {app: {config: {A: one, B: two}}}\n";
    const folder = writtenFolder({
      base: `${SMALL}zones: [x, y, z]\n`,
      middle,
      prod: "extends: middle\nservices: {app: {nodes: 7, config: {B: three}}}",
    });
    const loaded = loadDescription(folder, "prod");
    expect(loaded).toMatchObject({ ok: true, description: { name: "prod", zones: ["a", "b"] } });
    const service = loaded.ok ? loaded.description.services["app"] : undefined;
    expect(service).toMatchObject({ nodes: 7, source: "examples/app", config: { A: "one", B: "three" } });
  });

  test("a complaint points into the file in which the value stands", () => {
    const base = `${SMALL}    startWithin: 20\n    nodez: 1\n`;
    expect(complaintsAbout({ base, prod: "extends: base\nservices:\n  app:\n    nodes: many\n" })).toEqual([
      `${B}:9:18 services.app.startWithin: 20 has no unit: write a duration with its unit, such as 500ms, 20s, 5m or 2h`,
      `${B}:10:5 services.app.nodez: unknown key. Did you mean "nodes"?`,
      `${P}:4:12 services.app.nodes: expected number, received string`,
    ]);
  });

  test("none takes back what an extended file gave; what is wrong in it is still told where it is one", () => {
    const base = `${SMALL}database: {machine: db.t4g.micro, replica: true}\nbudget: {monthly: 5 USD}\n`;
    const folder = writtenFolder({ base, prod: "extends: base\ndatabase: none\n" });
    const loaded = loadDescription(folder, "prod");
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.complaints));
    expect(loaded.description.database).toBeUndefined();
    expect(loaded.description.budget).toEqual({ monthly: 5 });
    expect(complaintsAbout({ base, prod: "extends: base\nlogs: none\n" })).toHaveLength(1);
    expect(
      complaintsAbout({ base, prod: "extends: base\ndatabase: {replica: maybe, machin: x}\n" }),
    ).toHaveLength(2);
  });

  test("an overridden mistake is none", () => {
    expect(
      complaintsAbout({
        base: `${SMALL}    startWithin: 20\n`,
        prod: "extends: base\nservices: {app: {startWithin: 20s}}",
      }),
    ).toEqual([]);
  });

  test("a rule that spans files points at what is nearest", () => {
    const base = `${SMALL}    rollout: {waves: [1, 3, 100%]}\n`;
    expect(complaintsAbout({ base, prod: "extends: base\nservices: {app: {nodes: 3}}" })).toEqual([
      `${B}:9:29 services.app.rollout.waves[2]: 100% (3 nodes) does not go beyond the 3 nodes updated before it: waves count from the start of the rollout`,
    ]);
  });

  test.each<[Record<string, string>, string]>([
    [{ prod: "extends: prod\n" }, `${P}:1:10 extends: goes in a circle: prod -> prod`],
    [
      { prod: "extends: middle", middle: "a: 1\nextends: prod" },
      `environments/middle.yaml:2:10 extends: goes in a circle: prod -> middle -> prod`,
    ],
    [
      { prod: "extends: prood", other: SMALL },
      `${P}:1:10 extends: there is no description of "prood". Did you mean "prod"?`,
    ],
    [
      { prod: "extends: ../secret" },
      `${P}:1:10 extends: must be the name of one file in this folder, without .yaml`,
    ],
    [
      { prod: "extends: [a, b]" },
      `${P}:1:10 extends: must be the name of one file in this folder, without .yaml`,
    ],
    [{ prod: "extends:" }, `${P}:1:1 extends: must be the name of one file in this folder, without .yaml`],
    [{ prod: "extends: base", base: "- 1" }, `${B}:1:1 the file must hold keys and values`],
  ])("%# is refused", (files, complaint) => {
    expect(complaintsAbout(files)).toEqual([complaint]);
  });

  test("syntax errors of both files come together", () => {
    const lines = complaintsAbout({ prod: "extends: base\na: 1\na: 2\n", base: "x: [1\n" });
    expect(lines.map((line) => line.split(" ")[0])).toEqual([`${B}:2:1`, `${P}:3:1`]);
  });
});

test("a missing description names those that exist", () => {
  const files = { dev: SMALL, prod: SMALL, base: SMALL };
  expect(complaintsAbout(files, "prdo")).toEqual([
    `environments/prdo.yaml:1:1 there is no description of "prdo". Did you mean "prod"?`,
  ]);
  expect(complaintsAbout(files, "summer")).toEqual([
    `environments/summer.yaml:1:1 there is no description of "summer". Described here: dev, prod.`,
  ]);
  expect(complaintsAbout({}, "summer")).toEqual([
    `environments/summer.yaml:1:1 there is no description of "summer". Nothing is described in this folder.`,
  ]);
});
