// What a plan takes for granted in a cluster: a namespace that is somebody's, kinds that are not there.
import { expect, test } from "vitest";
import type { PlannedResource } from "../../../infra/planned.ts";
import { KubeAnswer } from "../../../pipelines/drivers/kube-failure.ts";
import { checkGround } from "../../../pipelines/drivers/kube-ground.ts";
import { refusalFrom } from "../../support/refusal.ts";

const planned = (type: string, more: Partial<PlannedResource> = {}): PlannedResource => ({
  urn: `urn:pulumi:test::surefoot::kubernetes:${type}::x`,
  type: `kubernetes:${type}`,
  name: "x",
  op: "create",
  old: null,
  new: { metadata: { name: "shared" } },
  protect: false,
  replaceKeys: [],
  ...more,
});
const namespace = planned("core/v1:Namespace");

/** A cluster that knows these paths; any other it answers with 404, and `asked` gathers them all. */
function cluster(known: Record<string, object>, asked: string[] = []) {
  return {
    text: async (path: string) => {
      asked.push(path);
      if (known[path] === undefined) throw new KubeAnswer(404, "404 page not found");
      return JSON.stringify(known[path]);
    },
  };
}
const namespaceWith = (metadata: object) =>
  cluster({ "/api/v1/namespaces/shared": { metadata: { name: "shared", ...metadata } } });

test("a namespace that nobody has, and kinds that are there, may be planned", async () => {
  const asked: string[] = [];
  const kube = cluster({ "/apis/argoproj.io/v1alpha1": {} }, asked);
  const plan = [namespace, planned("argoproj.io/v1alpha1:Rollout"), planned("core/v1:Service")];
  await expect(checkGround(kube, "test", plan)).resolves.toBeUndefined();
  expect(asked).toEqual(["/api/v1/namespaces/shared", "/apis/argoproj.io/v1alpha1"]);
});

test("one that is the environment's own already is not asked for", async () => {
  const own = { ...namespace, op: "same" as const, old: namespace.new };
  await expect(checkGround(namespaceWith({}), "test", [own])).resolves.toBeUndefined();
});

test.each([
  ["nobody's", {}, /not made by this environment$/, /kubernetes\.namespace/],
  [
    "another's",
    { labels: { "app.kubernetes.io/part-of": "other" } },
    /it is of other$/,
    /kubernetes\.namespace/,
  ],
  [
    "its own, of another state",
    { labels: { "app.kubernetes.io/part-of": "test" } },
    /of test$/,
    /where it was made/,
  ],
  ["going", { deletionTimestamp: "2026-01-01T00:00:00Z" }, /is being deleted$/, /wait until it is gone/],
])("a namespace that is there and not in the state is refused: %s", async (_whose, metadata, what, next) => {
  const refusal = await refusalFrom(checkGround(namespaceWith(metadata), "test", [namespace]));
  expect(refusal).toMatchObject({
    code: "E_KUBE",
    message: expect.stringMatching(what),
    state: "nothing was changed",
    next: expect.stringMatching(next),
  });
});

test("every part that is missing is named at once, with how it is installed", async () => {
  const plan = [planned("argoproj.io/v1alpha1:Rollout"), planned("keda.sh/v1alpha1:ScaledObject")];
  const refusal = await refusalFrom(checkGround(cluster({}), "test", plan));
  expect(refusal).toMatchObject({
    code: "E_KUBE_ARGO",
    message: expect.stringMatching(/Argo Rollouts, KEDA$/),
    state: "nothing was changed",
    details: [expect.stringContaining("argo-rollouts"), expect.stringContaining("keda")],
  });
});

test("what is on its way out needs nothing", async () => {
  const plan = [planned("keda.sh/v1alpha1:ScaledObject", { op: "delete", new: null })];
  await expect(checkGround(cluster({}), "test", plan)).resolves.toBeUndefined();
});
