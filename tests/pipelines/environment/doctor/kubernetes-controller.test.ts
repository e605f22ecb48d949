// Tests how Argo's controller is found: by its deployment, by its lease, in the usual namespace or another, or not to be seen.
import { expect, test } from "vitest";
import { KubeAnswer } from "../../../../pipelines/drivers/kube-failure.ts";
import { findController } from "../../../../pipelines/environment/doctor/kubernetes-controller.ts";

const now = Date.parse("2026-11-22T12:00:00Z");
const deployment = (image: string, availableReplicas?: number) => ({
  spec: { template: { spec: { containers: [{ image }] } } },
  status: { availableReplicas },
});
const lease = { spec: { renewTime: "2026-11-22T11:59:57.000000Z" } };

/** Answers by what a path has in it; null: forbidden. */
const api = (answers: Record<string, object[] | null>) => (path: string) => {
  const key = Object.keys(answers).find((part) => path.includes(part));
  const items = key === undefined ? [] : answers[key];
  return items === null
    ? Promise.reject(new KubeAnswer(403, "{}"))
    : Promise.resolve(JSON.stringify({ items }));
};

test("both tell: version, ready pods, and how long ago its lease was renewed", async () => {
  const get = api({
    "argo-rollouts/deployments": [deployment("quay.io/argoproj/argo-rollouts:v1.9.2@sha256:a", 1)],
    "argo-rollouts/leases": [lease],
  });
  expect(await findController(get, now)).toEqual({ version: "v1.9.2", available: 1, renewed: 3 });
});

test("one in another namespace is found, and its dashboard is not taken for it", async () => {
  const dashboard = deployment("quay.io/argoproj/kubectl-argo-rollouts:v1.9.2", 1);
  const get = api({ "v1/deployments": [dashboard, deployment("mirror.example.com/argo-rollouts:v1.9.2")] });
  expect(await findController(get, now)).toEqual({ version: "v1.9.2", available: 0 });
  expect(await findController(api({ "v1/leases": [lease] }), now)).toEqual({ version: "", renewed: 3 });
});

test("none is told apart from none that may be seen", async () => {
  expect(await findController(api({}), now)).toBeUndefined();
  expect(await findController(api({ deployments: null, leases: null }), now)).toBeNull();
  expect(await findController(api({ "v1/deployments": null }), now)).toBeNull();
});

test("any other trouble is told as it is", async () => {
  const get = () => Promise.reject(new KubeAnswer(500, "broken"));
  await expect(findController(get, now)).rejects.toThrow("broken");
});
