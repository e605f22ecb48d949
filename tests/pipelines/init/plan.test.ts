// Tests the plan of init: what is written, kept, or in the way.
import { expect, test } from "vitest";
import { parse } from "yaml";
import { answersOf } from "../../../pipelines/init/answers.ts";
import type { Shared } from "../../../pipelines/init/given.ts";
import { bootstrapFile, planInit } from "../../../pipelines/init/plan.ts";
import { refusalOf } from "../../support/refusal.ts";

const shared: Shared = { services: { app: { kind: "http", sized: false, needs: [] } }, database: true };
const { answers } = answersOf(
  {
    platform: "aws",
    region: "eu-central-1",
    account: ["111111111111", "prod=222222222222"],
    domain: ["play.example.com"],
    repository: "acme/game",
  },
  shared,
);
const plan = (files: Record<string, string> = {}, force: string[] = []) =>
  planInit(answers, { shared, template: "the template\n", read: (path) => files[path], force });
const written = () => Object.fromEntries(plan().files.map(({ path, content }) => [path, content]));

test("a description each, and what an account needs, once", () => {
  expect(plan().files.map(({ path, action }) => `${action} ${path}`)).toEqual([
    "create environments/dev.yaml",
    "create environments/staging.yaml",
    "create environments/prod.yaml",
    `create ${bootstrapFile}`,
  ]);
});

test("an account has one OIDC provider: its first environment makes it, the next one names it", () => {
  const provider = (name: string) => parse(written()[`environments/${name}.yaml`] ?? "").review.provider;
  expect(["dev", "staging", "prod"].map(provider)).toEqual([
    undefined,
    "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com",
    undefined,
  ]);
});

test("networks do not overlap, so that they can be joined one day", () => {
  const cidr = (name: string) => parse(written()[`environments/${name}.yaml`] ?? "").network.cidr;
  expect(["dev", "staging", "prod"].map(cidr)).toEqual(["10.20.0.0/16", "10.21.0.0/16", "10.22.0.0/16"]);
});

test("a second time there is nothing to do", () => {
  expect(plan(written()).files.map(({ action }) => action)).toEqual(["keep", "keep", "keep", "keep"]);
});

test("what is there with other content is not touched, and all of it is named", () => {
  const files = { "environments/dev.yaml": "mine\n", "environments/prod.yaml": "mine too\n" };
  const refusal = refusalOf(() => plan(files));
  expect(refusal.code).toBe("E_INIT");
  expect(refusal.details).toEqual(["environments/dev.yaml", "environments/prod.yaml"]);
  expect(refusal.next).toContain("--force environments/dev.yaml --force environments/prod.yaml");
  const half = refusalOf(() => plan(files, ["environments/dev.yaml"]));
  expect(half.details).toEqual(["environments/prod.yaml"]);
  expect(plan(files, Object.keys(files)).files.map(({ action }) => action)).toEqual([
    "replace",
    "create",
    "replace",
    "create",
  ]);
});

test("--force for a file that is not written is a slip", () => {
  expect(refusalOf(() => plan({}, ["environments/base.yaml"])).code).toBe("E_USAGE");
});
