// The stack that an account owner deploys, made for real: by moto's CloudFormation, and read by AWS's own linter.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { GetKeyRotationStatusCommand, ListAliasesCommand } from "@aws-sdk/client-kms";
import { GetBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { kmsClient, s3Client } from "../../../pipelines/drivers/aws-clients.ts";
import { startMoto } from "./moto.ts";
import type { Moto } from "./moto.ts";
import { createStack, linter, query, template } from "./bootstrap-stack.ts";

const bucket = "surefoot-state-123456789012";
const region = "eu-central-1";
let moto: Moto;

beforeAll(async () => {
  moto = await startMoto();
  for (const [name, value] of Object.entries(moto.env)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await moto.stop();
});

test("AWS's own linter finds nothing", async () => {
  const [python, script] = linter();
  const { stdout } = await promisify(execFile)(python, [script, "--regions", region, "--", template]);
  expect(stdout).toBe("");
});

test("the stack makes bucket, key, limit and role as they are described", async () => {
  const outputs = await createStack(moto.endpoint, bucket);
  expect(outputs).toEqual({
    StateBucket: bucket,
    StateKey: "alias/surefoot-state",
    StateRegion: region,
    Boundary: "arn:aws:iam::123456789012:policy/surefoot-boundary",
    OwnerRole: "arn:aws:iam::123456789012:role/surefoot-owner",
  });
  const [s3, kms] = await Promise.all([s3Client(region), kmsClient(region)]);
  const { Aliases = [] } = await kms.send(new ListAliasesCommand({}));
  const KeyId = Aliases.find(({ AliasName }) => AliasName === "alias/surefoot-state")?.TargetKeyId;
  expect(await kms.send(new GetKeyRotationStatusCommand({ KeyId }))).toMatchObject({
    KeyRotationEnabled: true,
  });
  const encryption = await s3.send(new GetBucketEncryptionCommand({ Bucket: bucket }));
  expect(
    encryption.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault,
  ).toEqual({
    SSEAlgorithm: "aws:kms",
    KMSMasterKeyID: `arn:aws:kms:${region}:123456789012:key/${KeyId}`,
  });
  const role = await query(moto.endpoint, "iam", { Action: "GetRole", RoleName: "surefoot-owner" });
  expect(decodeURIComponent(role)).toContain('"aws:MultiFactorAuthPresent"');
  expect(role).toContain("<PermissionsBoundaryArn>arn:aws:iam::123456789012:policy/surefoot-boundary");
});
