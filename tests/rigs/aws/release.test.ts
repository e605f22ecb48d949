// Releases on AWS: groups and target groups in moto, machines behind a real sshd, reached as through Session Manager.
import { delimiter } from "node:path";
import {
  CreateTargetGroupCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateBucketCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { AwsOutputs } from "../../../infra/outputs.ts";
import { openAwsPlatform } from "../../../pipelines/drivers/aws-platform.ts";
import { openInventory } from "../../../pipelines/drivers/aws-inventory.ts";
import type { Platform } from "../../../pipelines/drivers/platform.ts";
import { openWorkspace } from "../../../pipelines/environment/workspace.ts";
import type { Workspace } from "../../../pipelines/environment/workspace.ts";
import { rollback } from "../../../pipelines/rollback/deploy.ts";
import { deploy } from "../../../pipelines/rollout/deploy.ts";
import type { Progress } from "../../../pipelines/rollout/context.ts";
import { makeWorld, small } from "../../support/world.ts";
import { makeGroup, region, startInstances, terminate } from "./machines.ts";
import type { Instances } from "./machines.ts";
import { startMoto } from "./moto.ts";
import type { Moto } from "./moto.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const bucket = "surefoot-test-artifacts";
const world = makeWorld();
let moto: Moto;
let instances: Instances;
let workspace: Workspace;
let targetGroup = "";

beforeAll(async () => {
  moto = await startMoto();
  Object.assign(process.env, moto.env);
  instances = await startInstances(moto.endpoint, { server: 5, app: 2 });
  process.env["PATH"] = [instances.bin, process.env["PATH"]].join(delimiter);
  const rollout = {
    waves: [1, "100%"],
    minHealthy: "50%",
    failureBudget: 1,
    smokeRestart: false,
    bake: { first: "2s", rest: "3s" },
  };
  world.describe(small({ nodes: 4, rollout }, { rollout: { ...rollout, failureBudget: 0 } }));
  for (const release of ["r1", "r2"])
    for (const service of ["server", "app"])
      expect((await world.run("release", service, "--release", release, "--from", "test")).code).toBe(0);
  await new S3Client({ region, forcePathStyle: true }).send(
    new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: region } }),
  );
  targetGroup = await makeTargetGroup();
  const outputs = await outputsOf();
  workspace = await openTest(outputs);
});

afterAll(async () => {
  workspace?.[Symbol.dispose]();
  await instances?.end();
  await moto?.stop();
  await world.end();
});

async function makeTargetGroup(): Promise<string> {
  const { Vpcs: [vpc] = [] } = await new EC2Client({ region }).send(new DescribeVpcsCommand({}));
  const made = await new ElasticLoadBalancingV2Client({ region }).send(
    new CreateTargetGroupCommand({
      Name: "surefoot-test-app",
      Protocol: "HTTP",
      Port: 8080,
      VpcId: vpc?.VpcId,
    }),
  );
  return made.TargetGroups?.[0]?.TargetGroupArn ?? "";
}

async function outputsOf(): Promise<AwsOutputs> {
  const groups = { server: await makeGroup("server", 4), app: await makeGroup("app", 2, targetGroup) };
  return {
    platform: "aws",
    region,
    fleets: [
      { service: "server", group: groups.server, targetGroup: null },
      { service: "app", group: groups.app, targetGroup },
    ],
    artifacts: { bucket },
    logs: { bucket: "logs" },
    cluster: null,
    database: null,
    backups: { vault: "vault" },
    alerts: { topic: "topic" },
    edge: null,
  };
}

async function openTest(outputs: AwsOutputs): Promise<Workspace> {
  const opened = await openWorkspace(world.repo, "test");
  const { description, artifacts } = opened;
  const platform: Platform = openAwsPlatform({
    repo: world.repo,
    description,
    outputs: async () => outputs,
    artifact: artifacts.get,
    host: instances.host,
  });
  return {
    ...opened,
    platform,
    [Symbol.dispose]: () => {
      platform.close();
      opened[Symbol.dispose]();
    },
  };
}

const order = { reason: "test", hotfix: false, breakGlass: false, acceptWave: false };
const run = (service: string, release: string, tell: (progress: Progress) => void = () => {}) =>
  deploy(workspace, { ...order, service, release }, { tell, signal: new AbortController().signal });

const members = async (group: string): Promise<string[]> => {
  const inventory = await openInventory(region);
  const { serving } = await inventory.members(group);
  inventory.close();
  return serving.map(({ id }) => id);
};

const runs = async (service: string): Promise<Record<string, string | null>> => {
  const found = workspace.description.services[service];
  if (found === undefined) throw new Error(service);
  using fleet = await workspace.platform.fleet(found);
  const each = fleet.nodes.map(
    async (node) => [node.name, (await node.status()).current?.split("+")[0] ?? null] as const,
  );
  return Object.fromEntries(await Promise.all(each));
};

const bootPin = async (service: string): Promise<{ release: string; digest: string }> => {
  const s3 = new S3Client({ region, forcePathStyle: true });
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: `pins/${service}.json` }));
  return JSON.parse((await Body?.transformToString()) ?? "");
};

test("the first release reaches every machine of the group, and is what new ones boot on", async () => {
  const done = await run("server", "r1");
  expect(done).toMatchObject({ outcome: "deployed", failedNodes: [] });
  const ids = await members("surefoot-test-server");
  expect(await runs("server")).toEqual(Object.fromEntries(ids.map((id) => [id, "r1"])));
  const pin = await bootPin("server");
  expect(pin.release).toBe("r1");
  const s3 = new S3Client({ region, forcePathStyle: true });
  const key = `artifacts/sha256/${pin.digest.replace("sha256:", "")}.tar`;
  expect((await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))).ContentLength).toBeGreaterThan(
    0,
  );
});

test("an instance that its group replaces in the middle of a rollout is no failure, and the new one gets the release too", async () => {
  const before = await members("surefoot-test-server");
  let ended: Promise<unknown> | undefined;
  let victim = "";
  const done = await run("server", "r2", (progress) => {
    if (progress.type !== "wave" || progress.number !== 2) return;
    victim = progress.nodes.find((name) => before.includes(name)) ?? "";
    ended = Promise.all([terminate(victim), instances.machineOf(victim).stop()]);
  });
  await ended;
  expect(done).toMatchObject({ outcome: "deployed", failedNodes: [] });
  const now = await members("surefoot-test-server");
  expect(now).toHaveLength(4);
  expect(now).not.toContain(victim);
  expect(await runs("server")).toEqual(Object.fromEntries(now.map((id) => [id, "r2"])));
  expect((await bootPin("server")).release).toBe("r2");
});

test("a rollback goes over the group as well, and takes back what new machines boot on", async () => {
  const signal = new AbortController().signal;
  const done = await rollback(workspace, { service: "server", reason: "test" }, { tell: () => {}, signal });
  expect(done).toMatchObject({ outcome: "rolled-back", release: "r1", stuckNodes: [] });
  expect(new Set(Object.values(await runs("server")))).toEqual(new Set(["r1"]));
  expect((await bootPin("server")).release).toBe("r1");
});

test("a machine leaves its target group before it is stopped, and is back at the end", async () => {
  await run("app", "r1");
  const seen: Promise<string>[] = [];
  const done = await run("app", "r2", (progress) => {
    if (progress.type === "node" && progress.step === "stop") seen.push(stateOf(progress.node));
  });
  expect(done).toMatchObject({ outcome: "deployed", failedNodes: [] });
  expect((await Promise.all(seen)).filter((state) => state === "healthy")).toEqual([]);
  expect(seen).toHaveLength(2);
  const ids = await members("surefoot-test-app");
  expect(await Promise.all(ids.map(stateOf))).toEqual(["healthy", "healthy"]);
});

async function stateOf(id: string): Promise<string> {
  const client = new ElasticLoadBalancingV2Client({ region });
  const asked = { TargetGroupArn: targetGroup, Targets: [{ Id: id }] };
  const { TargetHealthDescriptions: [target] = [] } = await client.send(
    new DescribeTargetHealthCommand(asked),
  );
  return target?.TargetHealth?.State ?? "unused";
}
