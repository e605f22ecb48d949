// Tests the table of differences, and that the one in the README is current.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readInherited } from "../../environments/inherit.ts";
import { plain } from "../../environments/located.ts";
import { differences, tableText, withTable } from "../../environments/table.ts";

const folder = fileURLToPath(new URL("../../environments", import.meta.url));

function rows(a: unknown, b: unknown): Record<string, string[]> {
  const found = differences([
    { name: "a", value: a },
    { name: "b", value: b },
  ]);
  return Object.fromEntries(found.map(({ key, cells }) => [key, cells]));
}

test("the table in the README is current: else run npm run table", () => {
  const columns = ["dev", "staging", "prod"].map((name) => ({
    name,
    value: plain(readInherited(folder, name).tree),
  }));
  const readme = readFileSync(`${folder}/README.md`, "utf8");
  expect(withTable(readme, tableText(columns))).toBe(readme);
});

test("only what differs is a row, in the words of the description", () => {
  const same = { region: "eu-central-1", backup: { retention: "35d" } };
  const a = { ...same, database: { storage: "20GiB" } };
  const b = { ...same, database: { storage: "1TiB" } };
  expect(rows(a, b)).toEqual({ "database.storage": ["20GiB", "1TiB"] });
});

test("a default stands in for what is left out, and its own value is no difference", () => {
  expect(rows({}, { protection: true })).toEqual({ protection: ["false", "true"] });
  expect(rows({}, { protection: false })).toEqual({});
  expect(rows({}, { backup: { lock: true } })).toEqual({ "backup.lock": ["false", "true"] });
  expect(rows({}, { backup: { copyTo: "eu-west-1" } })).toEqual({ "backup.copyTo": ["-", "eu-west-1"] });
});

test("without the map above it a key has no default: no database has no version", () => {
  expect(rows({}, { database: { version: "17" } })).toEqual({ "database.version": ["-", "17"] });
});

test("what a rollout does by itself depends on the fleet", () => {
  const service = (nodes: number) => ({ services: { app: { nodes } } });
  expect(rows(service(2), service(50))).toEqual({
    "services.app.nodes": ["2", "50"],
    "services.app.rollout.failureBudget": ["1", "3"],
    "services.app.rollout.minHealthy": ["50%", "90%"],
    "services.app.rollout.waves": ["1, 100%", "1, 5, 30%, 100%"],
  });
});

test("lists and maps stay in one cell, and cannot break out of it", () => {
  expect(rows({ zones: ["a", "b"] }, { zones: ["a"] })).toEqual({ zones: ["a, b", "a"] });
  const freeze = [{ reason: "a|b\nc", days: ["fri", "sat"] }];
  const columns = [
    { name: "a", value: {} },
    { name: "b", value: { freeze } },
  ];
  expect(tableText(columns).split("\n")[2]).toBe("| `freeze` | - | {reason: a\\|b c, days: [fri, sat]} |");
});

test("text without the markers is left alone", () => {
  expect(withTable("nothing here", "x")).toBeUndefined();
});
