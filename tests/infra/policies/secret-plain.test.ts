// Tests that secrets stand neither in config nor, in the clear, in the engine's state.
import { expect, it } from "vitest";
import { kubernetesTypes as types } from "../../../infra/policies/kubernetes-kinds.ts";
import { secretPlain } from "../../../infra/policies/secret-plain.ts";
import { object } from "./kubernetes-objects.ts";
import { found } from "./planned.ts";

const config = (data: unknown): string[] => found(secretPlain, [object(types.configMap, "config", { data })]);
const secret = (fields: object): string[] => found(secretPlain, [object(types.secret, "keys", fields)]);

it("refuses what is a secret by its looks, and advises on what is one by its name", () => {
  expect(config({ A: "postgres://game:hush@db/game" })).toEqual(["mandatory data.A"]);
  expect(config({ A: `AKIA${"A".repeat(16)}` })).toEqual(["mandatory data.A"]);
  expect(config({ A: "-----BEGIN EC PRIVATE KEY-----\nx" })).toEqual(["mandatory data.A"]);
  expect(config({ DB_PASSWORD: "x", API_KEY: "y" })).toEqual([
    "advisory data.DB_PASSWORD",
    "advisory data.API_KEY",
  ]);
});

it("takes plain config, and none", () => {
  expect(config({ IMAGE_HOST: "https://images.example.com", TOKEN_TTL: "60", DB_PASSWORD: "" })).toEqual([]);
  expect(config(undefined)).toEqual([]);
});

it("refuses a secret whose text the engine would keep in the clear", () => {
  expect(secret({ stringData: { KEY: "hush" } })).toEqual(["mandatory stringData.KEY"]);
  expect(secret({ data: { KEY: "aHVzaA==" } })).toEqual(["mandatory data.KEY"]);
  expect(secret({ stringData: { KEY: "[secret]" }, data: "[secret]" })).toEqual([]);
  expect(secret({})).toEqual([]);
});
