// Services on AWS with `runs: pods`: the way into the cluster by what the program tells and a token of the caller's own.
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parse } from "yaml";
import type { AwsOutputs } from "../../../infra/outputs.ts";
import { podsDescription } from "../../../infra/platforms/aws/runs.ts";
import { openAwsPlatform } from "../../../pipelines/drivers/aws-platform.ts";
import { openStack } from "../../../pipelines/drivers/stack.ts";
import { engineOf } from "../../../pipelines/environment/engine.ts";
import { openWorkspace } from "../../../pipelines/environment/workspace.ts";
import type { Workspace } from "../../../pipelines/environment/workspace.ts";
import { rollback } from "../../../pipelines/rollback/deploy.ts";
import { deploy } from "../../../pipelines/rollout/deploy.ts";
import { small } from "../../support/world.ts";
import { makeClusterWorld } from "./world.ts";
import type { ClusterWorld } from "./world.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const rollout = {
  waves: [1, "100%"],
  bake: { first: "8s", rest: "8s" },
  failureBudget: 1,
  minHealthy: "50%",
  smokeRestart: false,
  drain: { sessions: "cut" },
};

let world: ClusterWorld;
let workspace: Workspace;
let outputs: AwsOutputs;

beforeAll(async () => {
  world = await makeClusterWorld();
  const { registry, base } = world.kubernetes;
  world.describe({ ...small({ nodes: 4, runs: "pods", rollout }), kubernetes: { registry, base } });
  await world.release("server", "r1", "r2");
  const opened = await openWorkspace(world.repo, "test");
  const { description, artifacts } = opened;
  outputs = await toldBy(world);
  const platform = openAwsPlatform({
    repo: world.repo,
    description,
    outputs: async () => outputs,
    artifact: artifacts.get,
  });
  workspace = { ...opened, platform };
  await bringUp(workspace);
});

afterAll(async () => {
  workspace?.[Symbol.dispose]();
  await world?.end();
});

/** What the program on AWS would tell of this cluster; a script named `aws` gives its token. */
async function toldBy({ cluster, repo }: ClusterWorld): Promise<AwsOutputs> {
  const config = parse(readFileSync(cluster.kubeconfig, "utf8"));
  const [{ cluster: server }] = config.clusters;
  const [{ user }] = config.users;
  const credential = {
    apiVersion: "client.authentication.k8s.io/v1beta1",
    kind: "ExecCredential",
    status: { token: user.token },
  };
  const script = join(repo, "aws");
  writeFileSync(
    script,
    `#!/bin/sh\necho "$@" >>'${repo}/asked'\ncat <<'EOF'\n${JSON.stringify(credential)}\nEOF\n`,
  );
  chmodSync(script, 0o700);
  vi.stubEnv("PATH", `${repo}:${process.env["PATH"]}`);
  // No kubeconfig of the person's own plays a part.
  vi.stubEnv("KUBECONFIG", join(repo, "none"));
  return {
    platform: "aws",
    region: "eu-central-1",
    fleets: [],
    artifacts: { bucket: "artifacts" },
    logs: { bucket: "logs" },
    cluster: {
      name: "surefoot-test",
      endpoint: server.server,
      certificate: server["certificate-authority-data"],
      namespace: "surefoot-test",
      services: ["server"],
    },
    database: null,
    backups: { vault: "vault" },
    alerts: { topic: "topic" },
    edge: null,
  };
}

/** The objects that the AWS program puts into its cluster, by the same program. */
async function bringUp({ description }: Workspace): Promise<void> {
  const inCluster = podsDescription(description);
  const stack = await openStack({
    repo: world.repo,
    environment: "test",
    stack: "test",
    description: {
      ...inCluster,
      platform: "kubernetes",
      kubernetes: { ...inCluster.kubernetes, context: world.cluster.context },
    },
    standIn: join(world.repo, "stand-in"),
    standInKubeconfig: world.cluster.kubeconfig,
  });
  await stack.up(() => {});
}

const watching = { tell: () => {}, signal: new AbortController().signal };
const order = { service: "server", reason: "test", hotfix: false, breakGlass: false, acceptWave: false };

test("a release walks its waves there and comes back, by a token that `aws` gives", async () => {
  for (const release of ["r1", "r2"])
    expect(await deploy(workspace, { ...order, release }, watching)).toMatchObject({ outcome: "deployed" });
  const back = await rollback(workspace, { service: "server", reason: "test" }, watching);
  expect(back).toMatchObject({ outcome: "rolled-back", release: "r1", stuckNodes: [] });
  expect(readFileSync(join(world.repo, "asked"), "utf8")).toContain(
    "eks get-token --output json --cluster-name surefoot-test --region eu-central-1",
  );
});

test("services on machines stay with the waves engine", async () => {
  const { app, server } = workspace.description.services;
  if (app === undefined || server === undefined) throw new Error("no services");
  expect(await workspace.platform.rollouts?.(app)).toBeUndefined();
  using engine = await engineOf(workspace, server);
  expect((await engine.facts()).map(({ status }) => status.current?.split("+")[0])).toEqual(
    Array(4).fill("r1"),
  );
});
