// The real engine with its state in a bucket and its secrets under a key: two clones, locks, and nothing in the clear.
import { hostname } from "node:os";
import { CreateAliasCommand, CreateKeyCommand } from "@aws-sdk/client-kms";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { secret } from "@pulumi/pulumi/output.js";
import { ConcurrentUpdateError, LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { afterAll, expect, test } from "vitest";
import { locateEngine } from "../../../infra/engine/locate.ts";
import { kmsClient, s3Client } from "../../../pipelines/drivers/aws-clients.ts";
import { s3Backend } from "../../../pipelines/drivers/engine-backend-s3.ts";
import { temporaryFolder } from "../../support/store.ts";
import { startMoto } from "./moto.ts";
import { region, s3Backing } from "./s3-backing.ts";

const moto = await startMoto();
Object.assign(process.env, moto.env);
afterAll(moto.stop);
await s3Backing("team");
const kms = await kmsClient(region);
const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
await kms.send(
  new CreateAliasCommand({ AliasName: "alias/surefoot", TargetKeyId: KeyMetadata?.KeyId ?? "" }),
);
kms.destroy();
const s3 = await s3Client(region);
afterAll(() => s3.destroy());
const backend = s3Backend({ bucket: "team", region, key: "alias/surefoot" });
const hush = "hush-of-the-team";

/** A clone of its own that knows nothing of the stack but its name and where the state lies. */
async function clone(stackName: string) {
  const workDir = temporaryFolder();
  const root = locateEngine()?.root;
  return LocalWorkspace.createOrSelectStack(
    { stackName, projectName: "surefoot", program: async () => ({ open: 1, hidden: secret(hush) }) },
    {
      workDir,
      projectSettings: { name: "surefoot", runtime: "nodejs", main: workDir },
      pulumiCommand: await PulumiCommand.get(root === undefined ? {} : { root }),
      secretsProvider: backend.secretsProvider ?? "",
      envVars: { PULUMI_BACKEND_URL: backend.url, PULUMI_SKIP_UPDATE_CHECK: "true", ...backend.env },
    },
  );
}

const keys = async (prefix: string) =>
  ((await s3.send(new ListObjectsV2Command({ Bucket: "team", Prefix: prefix }))).Contents ?? []).map(
    ({ Key = "" }) => Key,
  );
const text = async (Key: string) =>
  String(await (await s3.send(new GetObjectCommand({ Bucket: "team", Key }))).Body?.transformToString());

test("what one clone brought up is unchanged for another, which can read its secrets", async () => {
  const stack = "local-prod";
  expect((await (await clone(stack)).up()).summary.resourceChanges).toEqual({ create: 1 });
  const second = await (await clone(stack)).up();
  expect(second.summary.resourceChanges).toEqual({ same: 1 });
  expect(second.outputs["hidden"]).toEqual({ value: hush, secret: true });
  const stored = await Promise.all((await keys("engine/")).map(text));
  expect(stored.length).toBeGreaterThan(4);
  expect(stored.filter((file) => file.includes(hush))).toEqual([]);
});

test("a lock of another machine is honoured, one of a dead process here counts for nobody", async () => {
  const stack = "local-dev";
  const one = await clone(stack);
  await one.up();
  const lock = async (host: string, pid: number) => {
    const Key = `engine/.pulumi/locks/organization/surefoot/${stack}/${host}.json`;
    const timestamp = "2026-01-01T00:00:00Z";
    const Body = JSON.stringify({ pid, username: "ann", hostname: host, timestamp });
    await s3.send(new PutObjectCommand({ Bucket: "team", Key, Body }));
  };
  // Above the highest process number that a kernel gives.
  await lock(hostname(), 2 ** 22 + 1);
  await expect(one.up()).rejects.toThrow(ConcurrentUpdateError);
  expect(await backend.holders(stack)).toEqual([]);
  await lock("elsewhere", 7);
  expect(await backend.holders(stack)).toEqual(["ann@elsewhere pid 7 since 2026-01-01T00:00:00Z"]);
  expect(await backend.holders("local-prod")).toEqual([]);
  await one.cancel();
  expect((await one.up()).summary.resourceChanges).toEqual({ same: 1 });
});

test("history is kept, but not without end, and the state stays", async () => {
  const prefix = "engine/.pulumi/history/surefoot/old/";
  const names = Array.from({ length: 70 }, (_, index) => `${prefix}old-${1000 + index}.history.json`);
  await Promise.all(
    [...names, "engine/.pulumi/stacks/surefoot/old.json"].map((Key) =>
      s3.send(new PutObjectCommand({ Bucket: "team", Key, Body: "{}" })),
    ),
  );
  await backend.prune("old");
  expect(await keys(prefix)).toEqual(names.slice(10));
  expect(await keys("engine/.pulumi/stacks/surefoot/old")).toHaveLength(1);
});
