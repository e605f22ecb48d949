// Tests that a node's metadata needs a token.
import { expect, it } from "vitest";
import { unknownValue } from "../../../infra/planned.ts";
import { metadata } from "../../../infra/policies/metadata.ts";
import { found, planned, types } from "./planned.ts";

const template = (metadataOptions?: unknown): string[] =>
  found(metadata, [planned(types.template, "server", { metadataOptions })]);

it("refuses metadata without a token", () => {
  expect(template()).toEqual(["mandatory metadataOptions.httpTokens"]);
  expect(template({ httpTokens: "optional" })).toEqual(["mandatory metadataOptions.httpTokens"]);
  expect(found(metadata, [planned("aws:ec2/instance:Instance", "one", {})])).toHaveLength(1);
});

it("takes a token, or no metadata at all", () => {
  expect(template({ httpTokens: "required" })).toEqual([]);
  expect(template({ httpEndpoint: "disabled" })).toEqual([]);
});

it("tells what cannot be judged yet", () => {
  expect(template(unknownValue)).toEqual(["advisory metadataOptions unknown"]);
  expect(template({ httpTokens: unknownValue })).toEqual(["advisory metadataOptions.httpTokens unknown"]);
});
