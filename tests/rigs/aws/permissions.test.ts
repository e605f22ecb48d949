// Rights as moto really checks them: a role that may only read, and keys that nobody knows.
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { openS3Store } from "../../../pipelines/drivers/store-s3.ts";
import { readLease, acquire } from "../../../pipelines/lease/claim.ts";
import { placeIn } from "../../support/store-suite-place.ts";
import { startMoto } from "./moto.ts";
import { s3Backing } from "./s3-backing.ts";

const moto = await startMoto();
Object.assign(process.env, moto.env);
afterAll(moto.stop);
const backing = await s3Backing("team");
const place = await backing.place();
const reader: Record<string, string> = {};
const claim = { environment: "prod", holder: "ann@one pid 1", reason: "deploy", ttlSeconds: 600 };

/** One call to IAM, as its query protocol has it. */
async function iam(action: string, fields: Record<string, string>): Promise<string> {
  const scope = "test/20260101/us-east-1/iam/aws4_request";
  const answer = await fetch(moto.endpoint, {
    method: "POST",
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=x` },
    body: new URLSearchParams({ Action: action, Version: "2010-05-08", ...fields }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.text();
}

const within = (xml: string, tag: string) => new RegExp(`<${tag}>([^<]+)</${tag}>`).exec(xml)?.[1] ?? "";

let token: number;

beforeAll(async () => {
  const store = await backing.open(place);
  token = (await acquire(store, claim)).token;
  await store.close();
  const UserName = "reader";
  await iam("CreateUser", { UserName });
  // AWS counts HEAD of a bucket as ListBucket; moto has a name of its own for it.
  const Action = ["s3:GetObject", "s3:ListBucket", "s3:HeadBucket"];
  const Statement = [{ Effect: "Allow", Action, Resource: "*" }];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await iam("PutUserPolicy", { UserName, PolicyName: "read", PolicyDocument });
  const made = await iam("CreateAccessKey", { UserName });
  reader["AWS_ACCESS_KEY_ID"] = within(made, "AccessKeyId");
  reader["AWS_SECRET_ACCESS_KEY"] = within(made, "SecretAccessKey");
  // From here on every call is checked.
  await fetch(`${moto.endpoint}/moto-api/reset-auth`, { method: "POST", body: "0" });
});

async function storeAs(keys: Record<string, string>) {
  for (const [name, value] of Object.entries(keys)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const store = await openS3Store(placeIn(place));
  onTestFinished(() => store.close());
  return store;
}

test("who may only read sees who holds the environment, and cannot take it", async () => {
  const store = await storeAs(reader);
  expect((await readLease(store, "prod"))?.holder).toBe(claim.holder);
  await expect(acquire(store, { ...claim, environment: "dev" })).rejects.toMatchObject({
    code: "E_AWS_DENIED",
    state: expect.any(String),
    next: expect.stringContaining("allowed"),
  });
  await expect(store.remove(["lease/prod"])).rejects.toMatchObject({ code: "E_AWS_DENIED" });
  expect((await readLease(store, "prod"))?.token).toBe(token);
});

test("keys that nobody knows, or that are signed wrong, are bad credentials", async () => {
  const unknown = await storeAs({ AWS_ACCESS_KEY_ID: "AKIAUNKNOWN", AWS_SECRET_ACCESS_KEY: "x" });
  await expect(readLease(unknown, "prod")).rejects.toMatchObject({ code: "E_AWS_CREDENTIALS" });
  const wrong = await storeAs({ ...reader, AWS_SECRET_ACCESS_KEY: "x" });
  await expect(readLease(wrong, "prod")).rejects.toMatchObject({ code: "E_AWS_CREDENTIALS" });
});

test("no credentials at all are told as that", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
  const store = await storeAs({
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
  });
  await expect(readLease(store, "prod")).rejects.toMatchObject({
    code: "E_AWS_CREDENTIALS",
    message: expect.stringContaining("no credentials"),
  });
});
