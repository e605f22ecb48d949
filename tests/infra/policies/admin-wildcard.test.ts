// Tests that no policy hands out everything, however it is written.
import { expect, it } from "vitest";
import { unknownValue } from "../../../infra/planned.ts";
import { adminWildcard } from "../../../infra/policies/admin-wildcard.ts";
import { found, planned, types } from "./planned.ts";

const allow = (more: object) => JSON.stringify({ Statement: { Effect: "Allow", ...more } });
const policy = (document: unknown): string[] =>
  found(adminWildcard, [planned(types.rolePolicy, "write", { policy: document })]);
const first = ["mandatory policy.Statement[0]"];

it.each([
  [{ Action: "*", Resource: "*" }],
  [{ Action: ["s3:Get*", "*:*"], Resource: ["arn:aws:s3:::a", "*"] }],
  [{ Action: "iam:*", Resource: "*" }],
  [{ NotAction: ["iam:*"], Resource: "*" }],
  [{ Action: "*", NotResource: "arn:aws:s3:::a" }],
])("refuses %j", (statement) => {
  expect(policy(allow(statement))).toEqual(first);
});

it("finds it in a document that is an object, and inside a role", () => {
  const document = { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
  expect(policy(document)).toEqual(first);
  const role = planned(types.role, "write", { inlinePolicies: [{ policy: JSON.stringify(document) }] });
  expect(found(adminWildcard, [role])).toEqual(["mandatory inlinePolicies[0].policy.Statement[0]"]);
});

it("refuses the administrators' policy of AWS", () => {
  const arn = "arn:aws:iam::aws:policy/AdministratorAccess";
  expect(found(adminWildcard, [planned(types.attachment, "node", { policyArn: arn })])).toEqual([
    "mandatory policyArn",
  ]);
  expect(found(adminWildcard, [planned(types.role, "node", { managedPolicyArns: [arn] })])).toEqual([
    "mandatory managedPolicyArns",
  ]);
});

it("takes named actions, named resources, and denials", () => {
  expect(policy(allow({ Action: "s3:*", Resource: "*" }))).toEqual([]);
  expect(policy(allow({ Action: "*", Resource: "arn:aws:s3:::a/*" }))).toEqual([]);
  expect(policy(JSON.stringify({ Statement: { Effect: "Deny", Action: "*", Resource: "*" } }))).toEqual([]);
  const arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
  expect(found(adminWildcard, [planned(types.attachment, "node", { policyArn: arn })])).toEqual([]);
});

it("never takes what it cannot read for harmless", () => {
  expect(policy(unknownValue)).toEqual(["advisory policy unknown"]);
  expect(policy("[secret]")).toEqual(["advisory policy unknown"]);
  expect(policy("{not json")).toEqual(["mandatory policy"]);
});
