// Tests whom roles and resources trust: somebody by name.
import { expect, it } from "vitest";
import { unknownValue } from "../../../infra/planned.ts";
import { trustWide } from "../../../infra/policies/trust.ts";
import { found, planned, types } from "./planned.ts";

const role = (statement: object): string[] => {
  const document = JSON.stringify({
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", ...statement }],
  });
  return found(trustWide, [planned(types.role, "write", { assumeRolePolicy: document })]);
};
const github = (Condition: object): string[] =>
  role({
    Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" },
    Condition,
  });
const sub = "token.actions.githubusercontent.com:sub";
const refused = ["mandatory assumeRolePolicy.Statement[0]"];

it("refuses everybody", () => {
  expect(role({ Principal: "*" })).toEqual(refused);
  expect(role({ Principal: { AWS: ["arn:aws:iam::123456789012:root", "*"] } })).toEqual(refused);
  expect(role({ NotPrincipal: { AWS: "arn:aws:iam::123456789012:root" } })).toEqual(refused);
  const policy = JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action: "s3:GetObject" } });
  expect(found(trustWide, [planned(types.bucketPolicy, "logs", { policy })])).toEqual([
    "mandatory policy.Statement[0]",
  ]);
});

it.each(["*", "repo:*", "repo:*/shop:environment:prod", "repo:owner/*", "rep?:owner/shop:*"])(
  "refuses the subject %s",
  (subject) => {
    expect(github({ StringLike: { [sub]: ["repo:owner/shop:pull_request", subject] } })).toEqual(refused);
  },
);

it("refuses tokens of a provider without asking for their subject", () => {
  expect(
    github({ StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } }),
  ).toEqual(refused);
  expect(github({ StringNotLike: { [sub]: "repo:other/*" } })).toEqual(refused);
});

it("advises against a subject that leaves the branch open", () => {
  expect(github({ StringLike: { [sub]: "repo:owner/shop:*" } })).toEqual([
    "advisory assumeRolePolicy.Statement[0]",
  ]);
});

it("takes names: an exact subject, an account, a service, a denial, everybody under a condition", () => {
  expect(github({ StringLike: { [sub]: ["repo:owner/shop:environment:prod"] } })).toEqual([]);
  expect(github({ StringEquals: { [sub]: "repo:owner/shop:environment:prod" } })).toEqual([]);
  expect(role({ Principal: { AWS: "arn:aws:iam::123456789012:root" } })).toEqual([]);
  expect(role({ Principal: { Service: "ec2.amazonaws.com" } })).toEqual([]);
  expect(role({ Effect: "Deny", Principal: "*" })).toEqual([]);
  expect(role({ Principal: "*", Condition: { StringEquals: { "aws:SourceAccount": "1" } } })).toEqual([]);
});

it("tells what cannot be judged yet", () => {
  expect(found(trustWide, [planned(types.role, "write", { assumeRolePolicy: unknownValue })])).toEqual([
    "advisory assumeRolePolicy unknown",
  ]);
});
