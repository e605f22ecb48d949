// What is asked of the Rollout: never by a run whose lease is lost, and with times by the cluster's clock.
import { expect, it } from "vitest";
import { openRollouts } from "../../../pipelines/drivers/argo-rollouts.ts";
import type { Kube, KubeObject } from "../../../pipelines/drivers/kube-client.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { aSnapshot } from "../../support/argo.ts";
import { aService } from "../../support/rollout.ts";

function open(fence: string) {
  const { rollout } = aSnapshot();
  rollout.metadata.annotations = { "surefoot.dev/fence": fence, "surefoot.dev/began": "1" };
  const told = { applied: [] as KubeObject[], patched: [] as object[] };
  const kube = {
    namespace: "prod",
    now: () => 5_000_000,
    get: async () => rollout,
    apply: async (object: KubeObject) => void told.applied.push(object),
    patchStatus: async (_ref: object, patch: object) => void told.patched.push(patch),
  } as unknown as Kube;
  const never = async () => Promise.reject(new Error("not asked for"));
  const parts = {
    kube,
    environment: "prod",
    service: aService({ nodes: 10 }),
    images: () => ({ publish: never }),
    artifact: never,
    metrics: { summaries: never },
  };
  return { rollouts: openRollouts(parts), told, template: rollout.spec.template ?? null };
}

it("neither changes nor steers it where a younger lease has been", async () => {
  const { rollouts, told } = open("8");
  expect((await refusalFrom(rollouts.apply({ paused: true }, 7))).code).toBe("E_LEASE_LOST");
  expect((await refusalFrom(rollouts.steer({ promoteFull: true }, 7))).code).toBe("E_LEASE_LOST");
  expect(told).toEqual({ applied: [], patched: [] });
  await rollouts.steer({ promoteFull: true }, 8);
  expect(told.patched).toEqual([{ promoteFull: true }]);
});

it("says when a deploy began by the clock that metrics have too, and only for another release", async () => {
  const { rollouts, told, template } = open("1");
  await rollouts.apply({ template }, 7);
  await rollouts.apply({ paused: true }, 7);
  expect(told.applied.map(({ metadata }) => metadata.annotations?.["surefoot.dev/began"])).toEqual([
    "5000",
    "1",
  ]);
});
