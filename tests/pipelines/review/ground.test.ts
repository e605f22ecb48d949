// What a plan stands on: which releases are a change at all, and which pins a rollout of ours wrote.
import { expect, it, vi } from "vitest";
import { pinned } from "../../../pipelines/drivers/pins.ts";
import { deployableOf } from "../../../pipelines/release/deployable.ts";
import { groundOf } from "../../../pipelines/review/ground.ts";
import type { ReviewRig } from "../../support/review-rig.ts";
import { reviewRig } from "../../support/review-rig.ts";

vi.mock("../../../pipelines/drivers/change-versions.ts", () => ({
  versionsOf: async () => ({ surefoot: "0.1.0", engine: "v3", lockfile: "sha256:1", policies: "sha256:2" }),
}));

async function withRelease() {
  const rig = await reviewRig();
  rig.release("r1", rig.commit());
  const { artifacts, description } = rig.workspace();
  const [service] = Object.values(description.services);
  if (service === undefined) throw new Error("no service");
  const target = deployableOf(await artifacts.manifests.read("app", "r1"), service, "prod");
  return { rig, target };
}

const groundIn = async (rig: ReviewRig) => {
  const scope = { infra: false, releases: [{ service: "app", release: "r1" }] };
  const { plan } = await groundOf(rig.workspace(), scope, async () => "none");
  return [plan.releases.length, plan.pins.map(({ known }) => known)];
};

it("takes a release for a change until a rollout of ours has brought it", async () => {
  const { rig, target } = await withRelease();
  const { journal, pins } = rig.workspace();
  const before = pins.of("app");
  expect(await groundIn(rig)).toEqual([1, []]);
  // Somebody wrote the pin by hand: nodes would boot on it.
  pins.write("app", pinned(before, target, rig.clock.now()));
  expect(await groundIn(rig)).toEqual([1, [false]]);
  await journal.open({ id: "one", environment: "prod", service: "app", plan: { target, before } });
  // Under way: it was agreed to when it began.
  expect(await groundIn(rig)).toEqual([0, [true]]);
  await journal.close("one", "rolled-back");
  expect(await groundIn(rig)).toEqual([1, [false]]);
  await journal.open({ id: "two", environment: "prod", service: "app", plan: { target, before } });
  await journal.close("two", "deployed");
  expect(await groundIn(rig)).toEqual([0, [true]]);
  // The same name with another start command is another release.
  pins.write("app", { current: { ...target, start: "sh evil" }, history: [] });
  expect(await groundIn(rig)).toEqual([1, [false]]);
});

it("knows what a rollback went back to, with what its pin remembers beside it", async () => {
  const { rig, target } = await withRelease();
  const { journal, pins } = rig.workspace();
  const remembered = { ...target, verifiedAt: "2026-01-01T00:00:00Z", until: "2026-01-02T00:00:00Z" };
  const before = { current: remembered, history: [] };
  pins.write("app", before);
  const plan = { target: { ...target, id: "r2+1" }, before };
  await journal.open({ id: "back", environment: "prod", service: "app", plan });
  await journal.close("back", "rolled-back");
  expect(await groundIn(rig)).toEqual([0, [true]]);
});
