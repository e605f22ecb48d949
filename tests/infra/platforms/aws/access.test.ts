// Rights that only the real AWS asks for, from its documentation: stand-ins let a workflow pass without them.
import { beforeAll, expect, it } from "vitest";
import { allowed, declare, described } from "./mocks.ts";
import type { Declared } from "./mocks.ts";

let prod: Declared;
beforeAll(async () => {
  prod = await declare({ ...described("prod"), review: { repository: "team/game", provider: "create" } });
});

it("lets a preview read buckets and the node's script again: a refresh asks for them", () => {
  const own = "arn:aws:s3:::surefoot-prod-*";
  expect(allowed(prod, "preview", "s3:ListBucket").map(({ Resource }) => Resource)).toContain(own);
  for (const action of ["s3:GetObject", "s3:GetObjectTagging"])
    expect(allowed(prod, "preview", action).map(({ Resource }) => Resource)).toContain(`${own}/node/*`);
});

it("lets a change make vaults in both regions, tell the topic, pass the role of restore tests, and open sessions", () => {
  const services = allowed(prod, "write", "kms:GenerateDataKey").flatMap(
    ({ Condition }) => Condition?.["StringEquals"]?.["kms:ViaService"] ?? [],
  );
  for (const service of ["backup.eu-central-1", "backup.eu-west-1", "sns.eu-central-1", "rds.eu-central-1"])
    expect(services).toContain(`${service}.amazonaws.com`);
  expect(allowed(prod, "write", "kms:RetireGrant")).toHaveLength(1);
  const passed = JSON.stringify(allowed(prod, "write", "iam:PassRole"));
  expect(passed).toContain("restore-testing.backup.amazonaws.com");
  expect(allowed(prod, "write", "ssmmessages:OpenDataChannel")).toHaveLength(1);
});
