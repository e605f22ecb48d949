// prod on AWS with the game servers as pods, through the real engine with stand-ins for both clouds: up, again, larger, and back to machines.
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadDescription } from "../../environments/loader.ts";
import type { Description } from "../../environments/shape.ts";
import type { PlannedResource } from "../../infra/planned.ts";
import { openCloud } from "../../infra/stand-in/cloud.ts";
import { awsClusterConfig } from "../../pipelines/drivers/aws-cluster.ts";
import { openStack } from "../../pipelines/drivers/stack.ts";
import { passGate } from "../../pipelines/environment/gate.ts";
import { makeWorld } from "../support/world.ts";

const world = makeWorld();
const cloud = join(world.repo, "cloud");

function described(runs: "machines" | "pods", nodes = 50): Description {
  const loaded = loadDescription(join(import.meta.dirname, "..", "..", "environments"), "prod");
  if (!loaded.ok) throw new Error("the shipped prod does not load");
  const description = structuredClone(loaded.description);
  Object.assign(description.services["server"] ?? {}, { runs, nodes });
  Object.assign(description.kubernetes, {
    registry: "registry.example.com/game",
    base: `node:24-slim@sha256:${"0".repeat(64)}`,
  });
  return description;
}

const open = (description: Description) =>
  openStack({ repo: world.repo, environment: "prod", stack: "prod", description, standIn: cloud });

const changed = (plan: readonly PlannedResource[]): string[] =>
  plan
    .filter(({ op }) => op !== "same")
    .map(({ op, type, name }) => `${op} ${type} ${name}`)
    .toSorted();

beforeAll(async () => {
  const stack = await open(described("pods"));
  await passGate(stack, described("pods"), { environment: "prod", acknowledged: [] });
  await stack.up(() => {});
});

afterAll(() => world.end());

test("up makes the cluster and what is in it, tells how to get in, and a second up changes nothing", async () => {
  const stack = await open(described("pods"));
  expect(await stack.up(() => {})).toEqual([]);
  const types = (await openCloud(cloud).list()).map(({ type }) => type);
  expect(types.filter((type) => type.startsWith("aws:eks/"))).toHaveLength(16);
  expect(types.filter((type) => type.startsWith("kubernetes:")).length).toBeGreaterThan(20);
  expect(types.length).toBeGreaterThan(200);
  const outputs = await stack.outputs();
  if (outputs?.platform !== "aws") throw new Error("no outputs");
  expect(outputs.fleets.map(({ service }) => service)).toEqual(["app"]);
  expect(JSON.parse(awsClusterConfig(outputs, "prod").exportConfig())).toMatchObject({
    "current-context": "surefoot-prod",
    clusters: [{ cluster: { server: "https://surefoot-prod.eks.stand-in.invalid" } }],
    users: [
      { user: { exec: { command: "aws", args: expect.arrayContaining(["get-token", "eu-central-1"]) } } },
    ],
  });
});

test("50 to 60 pods changes sizes, and the shape of no pod", async () => {
  const stack = await open(described("pods", 60));
  expect(changed(await stack.preview())).toEqual([
    "update aws:eks/nodeGroup:NodeGroup pods-server",
    "update kubernetes:argoproj.io/v1alpha1:Rollout server",
    "update kubernetes:core/v1:ResourceQuota environment",
    "update kubernetes:policy/v1:PodDisruptionBudget server",
  ]);
});

test("going back to machines is refused until the cluster is named: it holds what pods keep", async () => {
  const stack = await open(described("machines"));
  await expect(
    passGate(stack, described("machines"), { environment: "prod", acknowledged: [] }),
  ).rejects.toMatchObject({ code: "E_PROTECTED" });
});
