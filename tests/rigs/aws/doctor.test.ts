// The doctor against moto: credentials, clock, zones, quotas as far as moto tells them, and the team's bucket and key.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { CreateAliasCommand, CreateKeyCommand, DisableKeyCommand } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import { RunInstancesCommand } from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Description } from "../../../environments/shape.ts";
import { descriptionSchema } from "../../../environments/shape.ts";
import { ec2Client, kmsClient, s3Client } from "../../../pipelines/drivers/aws-clients.ts";
import { awsProbes } from "../../../pipelines/environment/doctor/aws-probes.ts";
import { examineAws } from "../../../pipelines/environment/doctor/aws.ts";
import { startMoto } from "./moto.ts";
import type { Moto } from "./moto.ts";

const region = "eu-central-1";
const bucket = "surefoot-state-123456789012";
let moto: Moto;

beforeAll(async () => {
  moto = await startMoto();
  for (const [name, value] of Object.entries(moto.env)) vi.stubEnv(name, value);
});
beforeEach(() => moto.reset());
afterAll(async () => {
  vi.unstubAllEnvs();
  await moto.stop();
});

const description = (more: object = {}) =>
  ({
    name: "prod",
    ...descriptionSchema.parse({
      platform: "aws",
      region,
      zones: ["eu-central-1a", "eu-central-1b"],
      account: "123456789012",
      state: { bucket, region, key: "alias/surefoot-state" },
      services: {
        server: { kind: "sessions", nodes: 50, machine: "c5.xlarge", source: "x", build: "b", start: "s" },
      },
      ...more,
    }),
  }) as Description;

async function examined(more: object = {}): Promise<Record<string, string>> {
  const described = description(more);
  const checks = await examineAws(described, awsProbes(described));
  return Object.fromEntries(
    checks.map(({ check, ok, detail, next }) => [check, ok ? detail : `WRONG ${detail}: ${next}`]),
  );
}

/** What the bootstrap stack makes; moto's CloudFormation leaves the versions of a bucket out. */
async function makeShared(): Promise<{ KeyId: string | undefined }> {
  const [s3, kms] = await Promise.all([s3Client(region), kmsClient(region)]);
  const LocationConstraint = region;
  await s3.send(
    new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint } }),
  );
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata?.KeyId;
  await kms.send(new CreateAliasCommand({ AliasName: "alias/surefoot-state", TargetKeyId: KeyId }));
  return { KeyId };
}

test("with bucket and key everything is ready, and nothing is left in the bucket", async () => {
  await makeShared();
  const VersioningConfiguration = { Status: "Enabled" } as const;
  const s3 = await s3Client(region);
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  const checks = await examined();
  expect(Object.values(checks).filter((text) => text.startsWith("WRONG"))).toEqual([]);
  expect(checks).toMatchObject({
    credentials: expect.stringContaining("arn:aws:sts::123456789012:"),
    clock: "0 s ahead of AWS",
    zones: "eu-central-1a, eu-central-1b",
    machines: "c5.xlarge",
    "standard vCPUs": "200 needed, 0 used by others; AWS does not tell the quota L-1216C47A",
    networks: "1 needed, 1 used by others, 5 allowed",
    "state bucket": `${bucket}: writable on condition, versions kept`,
  });
  const { Versions, DeleteMarkers } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
  expect([Versions, DeleteMarkers]).toEqual([undefined, undefined]);
});

test("before it, bucket and key are missing: what to do is named", async () => {
  const checks = await examined();
  expect(checks["state bucket"]).toMatch(/NoSuchBucket.*: deploy the bootstrap stack/);
  expect(checks["state key"]).toMatch(/NotFoundException.*: deploy the bootstrap stack/);
});

test("a bucket without versions and a key that is switched off are not trusted", async () => {
  const { KeyId } = await makeShared();
  await (await kmsClient(region)).send(new DisableKeyCommand({ KeyId }));
  const checks = await examined();
  expect(checks["state bucket"]).toContain("WRONG surefoot-state-123456789012 keeps no versions");
  expect(checks["state key"]).toContain("WRONG alias/surefoot-state is Disabled");
});

test("another account, a zone and a type of machine that are not there", async () => {
  const server = { kind: "sessions", nodes: 2, machine: "c99.large", source: "x", build: "b", start: "s" };
  const checks = await examined({ account: "999999999999", zones: ["eu-central-1z"], services: { server } });
  expect(checks["credentials"]).toMatch(/^WRONG .* is in account 123456789012, and prod in 999999999999/);
  expect(checks["zones"]).toMatch(/^WRONG eu-central-1 has no eu-central-1z/);
  expect(checks["machines"]).toMatch(/^WRONG eu-central-1 has no c99.large/);
});

test("what others run counts, what is our own does not count twice", async () => {
  const ec2 = await ec2Client(region);
  const start = (environment: string, count: number) =>
    ec2.send(
      new RunInstancesCommand({
        ImageId: "ami-12c6146b",
        InstanceType: "c5.xlarge",
        MinCount: count,
        MaxCount: count,
        TagSpecifications: [
          { ResourceType: "instance", Tags: [{ Key: "surefoot:environment", Value: environment }] },
        ],
      }),
    );
  await start("prod", 3);
  await start("staging", 2);
  const vcpus = (await examined())["standard vCPUs"] ?? "";
  expect(vcpus).toMatch(/^200 needed, [1-9]\d* used by others/);
  expect(Number(/(\d+) used/.exec(vcpus)?.[1]) % 2).toBe(0);
});

test("a server that nobody answers at: every check says so, none hangs", async () => {
  const described = description();
  vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
  try {
    const checks = await examineAws(described, awsProbes(described));
    expect(checks.every(({ ok }) => !ok)).toBe(true);
    expect(checks[0]?.detail).toContain("AWS cannot be reached from here");
  } finally {
    vi.stubEnv("AWS_ENDPOINT_URL", moto.endpoint);
  }
});

test("the command line gives one document with every check of machine and account", async () => {
  const cli = join(import.meta.dirname, "..", "..", "..", "scripts", "cli.ts");
  const ran = await promisify(execFile)(process.execPath, [cli, "doctor", "dev", "--json"], {
    env: { ...process.env },
  }).catch((error: { stdout: string }) => error);
  const { ok, checks } = JSON.parse(ran.stdout);
  expect(ok).toBe(false);
  expect(checks.find(({ check }: any) => check === "node").ok).toBe(true);
  expect(checks.find(({ check }: any) => check === "credentials")).toMatchObject({
    ok: false,
    next: "sign in to account 111111111111",
  });
});
