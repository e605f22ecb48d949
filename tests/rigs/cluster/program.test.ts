// The whole program on a real API server: applied strictly, up twice without a difference, healed, refused in words, and gone without a rest.
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Description } from "../../../environments/shape.ts";
import { openStack } from "../../../pipelines/drivers/stack.ts";
import { describeCluster } from "../../support/kube-description.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { makeWorld } from "../../support/world.ts";
import { startCluster } from "./cluster.ts";

const cluster = await startCluster({ nodes: 3 });
// What pods do is another test: here nothing but the engine writes.
await cluster.stopController();
const world = makeWorld();
const shipped = describeCluster(world.repo, { protection: false });
const namespace = "surefoot-cluster";

const described = (change: (description: Description) => void = () => {}): Description => {
  const description = structuredClone(shipped);
  change(description);
  return description;
};
const open = (change?: (description: Description) => void, kubeconfig = cluster.kubeconfig) =>
  openStack({
    repo: world.repo,
    environment: "cluster",
    stack: "cluster",
    description: described(change),
    standIn: join(world.repo, "cloud"),
    standInKubeconfig: kubeconfig,
  });

const release = {
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Rollout",
  metadata: { name: "server", namespace, annotations: { "surefoot.dev/deployable": "r1" } },
  spec: {
    paused: true,
    template: {
      metadata: { labels: { "app.kubernetes.io/name": "server", "app.kubernetes.io/part-of": "cluster" } },
      spec: { containers: [{ name: "server", image: "x" }] },
    },
    strategy: { canary: { steps: [{ setWeight: 20 }] } },
  },
};
const rollout = async () =>
  JSON.parse(await cluster.kubectl("get", "rollout", "server", "-n", namespace, "-o", "json"));

beforeAll(async () => {
  await (await open()).up(() => {});
});

afterAll(async () => {
  await world.end();
  await cluster.stop();
});

test("twice changes nothing, and neither does what the release plane writes", async () => {
  const stack = await open();
  expect(await stack.up(() => {})).toEqual([]);
  const apply = ["apply", "--server-side", "--field-manager", "surefoot-release", "-f", "-"];
  await cluster.kubectl.with(JSON.stringify(release), ...apply);
  expect(await stack.up(() => {})).toEqual([]);
});

test("a larger fleet is written beside the release, which stays what it is", async () => {
  const before = await rollout();
  const stack = await open(({ services }) => {
    if (services["server"]) services["server"].nodes = 60;
  });
  const changes = await stack.up(() => {});
  expect(changes.map(({ op, name }) => `${op} ${name}`)).toContain("update server");
  const { spec } = await rollout();
  expect(spec.replicas).toBe(60);
  for (const key of ["template", "paused"]) expect(spec[key]).toEqual(before.spec[key]);
  expect(spec.strategy.canary.steps).toEqual([{ setWeight: 20 }]);
  await (await open()).up(() => {});
});

const patched = (kind: string, spec: object) => {
  const words = ["--type=merge", "--field-manager=somebody", "-p", JSON.stringify({ spec })];
  return cluster.kubectl("patch", kind, "server", "-n", namespace, ...words);
};

test("what somebody deleted is made again; what somebody else took over is refused with his name", async () => {
  await cluster.kubectl("delete", "service", "server", "-n", namespace);
  const changes = await (await open()).up(() => {});
  expect(changes).toMatchObject([{ op: "create", name: "server" }]);
  const { spec } = JSON.parse(await cluster.kubectl("get", "pdb", "server", "-n", namespace, "-o", "json"));
  await patched("pdb", { maxUnavailable: 7 });
  const refusal = await refusalFrom((await open()).up(() => {}));
  expect(refusal.code).toBe("E_KUBE");
  expect(refusal.message).toContain("somebody owns the field .spec.maxUnavailable");
  await patched("pdb", { maxUnavailable: spec.maxUnavailable });
  expect(await (await open()).up(() => {})).toEqual([]);
});

test("a Rollout that somebody scaled is ours again, and keeps its release", async () => {
  const before = await rollout();
  await patched("rollout", { replicas: 7 });
  expect(await (await open()).up(() => {})).toMatchObject([{ op: "update", name: "server" }]);
  const { spec } = await rollout();
  expect(spec).toEqual(before.spec);
});

test("a user without rights is told which one is missing; a kind that is missing, by its part", async () => {
  const reader = await cluster.addUser("reader", [
    { apiGroups: ["*"], resources: ["*"], verbs: ["get", "list"] },
  ]);
  const larger = (description: Description): void => {
    if (description.services["server"]) description.services["server"].nodes = 55;
  };
  const refusal = await refusalFrom((await open(larger, reader.kubeconfig)).up(() => {}));
  expect(refusal.code).toBe("E_KUBE_DENIED");
  expect(refusal.message).toMatch(/may not patch \S+ in surefoot-cluster/);
  await cluster.kubectl("delete", "crd", "scaledobjects.keda.sh");
  const missing = await refusalFrom((await open()).up(() => {}));
  expect(missing).toMatchObject({ code: "E_KUBE_ARGO" });
  expect(missing.message).toContain("KEDA is not installed");
  expect(missing.next).toContain("helm upgrade --install keda ");
});

test("down leaves nothing", async () => {
  await (await open()).down(() => {});
  const left = await cluster.kubectl("get", "namespaces", "-o", "name");
  expect(left).not.toContain(namespace);
});
