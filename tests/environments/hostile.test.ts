// Tests that no text can make the loader throw, hang, or hand out something it should not.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadDescription } from "../../environments/loader.ts";
import { readYaml } from "../../environments/read-yaml.ts";
import { complaintsAbout, SMALL, writtenFolder } from "./written-folder.ts";

const P = "environments/prod.yaml";
const bomb = [
  "a0: &a0 [1, 1]",
  ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`),
].join("\n");

describe("hostile text", () => {
  test.each<[string, string | Uint8Array, string]>([
    ["an alias bomb", bomb, `${P}:1:1 holds more than 20000 values, aliases counted`],
    ["an anchor inside itself", "a: &a [*a]", `${P}:1:1 is nested deeper than 32 levels`],
    [
      "an alias without anchor",
      `${SMALL}region: *nowhere`,
      `${P}:9:9 region: no anchor "&nowhere" stands before this alias`,
    ],
    ["a huge file", "#".repeat(1024 * 1024 + 1), `${P}:1:1 is larger than 1 MiB`],
    ["bytes that are no text", new Uint8Array([0x61, 0xff, 0xfe]), `${P}:1:1 is not UTF-8 text`],
    ["a deep list", "a: ".padEnd(60, "[").padEnd(117, "]"), `${P}:1:1 is nested deeper than 32 levels`],
    ["__proto__", `${SMALL}__proto__: {protection: true}`, `${P}:9:1 __proto__: this key is not allowed`],
    [
      "constructor as a service",
      `${SMALL}  constructor: {}`,
      `${P}:9:3 services.constructor: this key is not allowed`,
    ],
    ["a map as a key", `${SMALL}? {a: 1}\n: 2`, `${P}:9:3 a key must be plain text`],
    [
      "another tag",
      `${SMALL}region: !!js/function x`,
      `${P}:9:9 Unresolved tag: tag:yaml.org,2002:js/function`,
    ],
    [
      "two documents",
      `${SMALL}---\na: 1`,
      `${P}:9:1 Source contains multiple documents; please use YAML.parseAllDocuments()`,
    ],
    ["a list as a file", "- 1", `${P}:1:1 the file must hold keys and values`],
    [
      "a merge key",
      `${SMALL}<<: {protection: true}`,
      `${P}:9:1 ["<<"]: unknown key. Known here: account, alerts, approval, backup, budget, database, drift, edge, extends, freeze, kubernetes, logs, monitoring, network, notify, owner, platform, promotion, protection, region, rehearsal, review, services, ssh, state, zones.`,
    ],
  ])("%s is refused", (_what, prod, complaint) => {
    const [first] = complaintsAbout({ prod });
    expect(first).toBe(complaint);
  });

  test("nothing reaches the prototype of objects", () => {
    complaintsAbout({
      prod: `${SMALL}__proto__: {polluted: true}\nconstructor: {prototype: {polluted: true}}`,
    });
    expect({}).not.toHaveProperty("polluted");
  });

  test("an empty file lacks its platform", () => {
    for (const prod of ["", "# nothing\n", "---\n"]) {
      expect(complaintsAbout({ prod })[0]).toMatch(`${P}:1:1 `);
    }
  });

  test("anchors and aliases are fine", () => {
    const prod = `${SMALL}    config: &shared {A: one}\n  web: {kind: http, nodes: 4, source: w, build: make, start: run, route: /w, config: *shared}`;
    const loaded = loadDescription(writtenFolder({ prod }), "prod");
    expect(loaded.ok && loaded.description.services["web"]?.config).toEqual({ A: "one" });
  });

  test("a folder in place of a file is refused", () => {
    const folder = writtenFolder({});
    mkdirSync(join(folder, "prod.yaml"));
    expect(loadDescription(folder, "prod")).toMatchObject({
      ok: false,
      complaints: [{ rule: "not-a-file" }],
    });
  });

  test.each(["../prod", "/etc/passwd", "prod\0", "", "base", "local/prod"])(
    "the name %j is refused",
    (name) => {
      const loaded = loadDescription(writtenFolder({ prod: SMALL, base: SMALL }), name);
      expect(loaded).toMatchObject({ ok: false, complaints: [{ rule: "wrong-name", line: 1, column: 1 }] });
    },
  );
});

/** Text that is YAML more often than random letters are. */
const yamlish = fc
  .array(
    fc.constantFrom(
      ..."[]{}:,-?&*!|>'\"%@#<~\n\t ",
      "\n  ",
      ": ",
      "- ",
      "&a ",
      "*a ",
      "services",
      "app",
      "waves",
      "100%",
      "__proto__",
      "extends",
      "prod",
      "<<",
      "!!set ",
      "null",
    ),
  )
  .map((parts) => parts.join(""));
const value = fc.jsonValue({ maxDepth: 4 }).map((json) => JSON.stringify(json));
const underKey = fc
  .tuple(fc.constantFrom("platform", "zones", "services", "freeze", "rehearsal", "extends"), value)
  .map(([key, json]) => `${key}: ${json}`);
const underService = fc
  .tuple(fc.constantFrom("kind", "nodes", "needs", "config", "rollout", "metrics", "route"), value)
  .map(([key, json]) => `${SMALL.replace(new RegExp(` +${key}: .*\n`), "")}    ${key}: ${json}\n`);
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  yamlish,
  underKey,
  underService,
  yamlish.map((text) => SMALL + text),
);

describe("any text", () => {
  test("loads or is refused with a place in the text, and never throws", () => {
    const folder = writtenFolder({});
    fc.assert(
      fc.property(anyText, (prod) => {
        writeFileSync(join(folder, "prod.yaml"), prod);
        const loaded = loadDescription(folder, "prod");
        if (loaded.ok) return Object.isFrozen(loaded.description);
        const placed = loaded.complaints.every(({ line, column }) => line >= 1 && column >= 1);
        return (
          placed && loaded.complaints.length > 0 && loaded.complaints.every(({ message }) => message !== "")
        );
      }),
      { numRuns: 1500 },
    );
  });

  test("reading it finds no more lines than there are", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { complaints } = readYaml(text, P);
        return complaints.every(({ line }) => line <= text.split("\n").length);
      }),
      { numRuns: 500 },
    );
  });
});
