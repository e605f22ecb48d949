// Tests the JSON Schema for editors.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { editorSchema, editorSchemaText, knownKeys, purposeOf } from "../../environments/json-schema.ts";

test("the committed schema is current: else run npm run schema", () => {
  const file = new URL("../../environments/environment.schema.json", import.meta.url);
  expect(readFileSync(file, "utf8")).toBe(editorSchemaText());
});

test("units are patterns on the input side, and nothing is required", () => {
  const service = (editorSchema() as any).properties.services.additionalProperties;
  expect(service.properties.startWithin).toMatchObject({ type: "string", default: "20s" });
  expect(new RegExp(service.properties.startWithin.pattern).test("20s")).toBe(true);
  expect(new RegExp(service.properties.startWithin.pattern).test("20")).toBe(false);
  expect(service).not.toHaveProperty("required");
  expect(service.additionalProperties).toBe(false);
});

test("every key says what it is for", () => {
  const silent: string[] = [];
  const visit = (path: string[]) => {
    for (const key of knownKeys(path)) {
      if (purposeOf([...path, key]) === undefined) silent.push([...path, key].join("."));
      visit([...path, key]);
    }
  };
  for (const start of [[], ["services", "any"]]) visit(start);
  expect(silent).toEqual([]);
});
