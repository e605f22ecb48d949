// What was last carried out: noted when it is through, as it was agreed to when it began, and never by half.
import { expect, it } from "vitest";
import { infraDone, noteFree, releaseDone } from "../../../pipelines/review/begun.ts";
import { readDelivered, writeDelivered } from "../../../pipelines/review/delivered.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { reviewRig } from "../../support/review-rig.ts";

const target = { id: "r1+00000000", digest: `sha256:${"a".repeat(64)}`, release: "r1" };
const free = "{ people: 0 }";

it("notes a release when it is through, with the commit and the source that it was begun with", async () => {
  const rig = await reviewRig(free);
  const begun = rig.commit({ one: "1" });
  rig.release("r1", "b".repeat(40));
  await noteFree(rig.workspace(), "app", target);
  rig.commit({ two: "2" });
  await releaseDone(rig.workspace(), "app", { ...target, id: "r2+00000000" });
  expect((await readDelivered(rig.store, "prod")).parts).toEqual({});
  await releaseDone(rig.workspace(), "app", target);
  expect((await readDelivered(rig.store, "prod")).parts).toEqual({
    "release app": {
      commit: begun,
      source: "b".repeat(40),
      approval: { people: 0, expires: 86_400, signedCommits: false },
      at: "2026-01-01T00:00:00.000Z",
    },
  });
});

it("notes the infra plane of one commit alone: nothing of an uncommitted one, nothing without agreement", async () => {
  const rig = await reviewRig(free);
  const parts = async () => Object.keys((await readDelivered(rig.store, "prod")).parts);
  const head = rig.commit({ one: "1" });
  await infraDone(rig.workspace(), null);
  expect((await readDelivered(rig.store, "prod")).parts["infra"]?.commit).toBe(head);
  const strict = await reviewRig();
  await infraDone(strict.workspace(), null);
  expect(await readDelivered(strict.store, "prod")).toEqual({ parts: {} });
  expect(await parts()).toEqual(["infra"]);
});

it("loses no part when two write at once, and refuses a damaged record", async () => {
  const { store } = await reviewRig();
  const approval = { people: 1, expires: 60, signedCommits: false };
  const part = { commit: "c".repeat(40), source: null, approval };
  await Promise.all(
    ["infra", "release app", "release web"].map((one) => writeDelivered(store, "prod", { [one]: part })),
  );
  expect(Object.keys((await readDelivered(store, "prod")).parts)).toHaveLength(3);
  const etag = (await store.get("delivered/prod"))?.etag ?? null;
  await store.put("delivered/prod", { parts: { infra: { commit: "--evil" } } }, etag);
  expect((await refusalFrom(readDelivered(store, "prod"))).code).toBe("E_STORE");
});
