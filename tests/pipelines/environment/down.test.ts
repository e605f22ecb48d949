// What `down` asks for before it takes anything away.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { down } from "../../../pipelines/environment/down.ts";
import type { Workspace } from "../../../pipelines/environment/workspace.ts";
import { readLedger } from "../../../pipelines/ledger/ledger.ts";
import { infraDone } from "../../../pipelines/review/begun.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { described, reviewRig } from "../../support/review-rig.ts";
import { aDeployable } from "../../support/rollout.ts";

const reached = new Error("reached the platform");

/** A workspace that must not be reached. */
const workspace = (local: boolean, protection: boolean): Workspace =>
  ({
    name: { id: local ? "local/prod" : "prod", local },
    description: { protection },
    platform: {
      admit: async () => {
        throw reached;
      },
    },
  }) as unknown as Workspace;

const ask = (local: boolean, protection: boolean, destroy?: string) =>
  down(workspace(local, protection), {
    change: () => {},
    destroy,
    reason: "test",
    signal: new AbortController().signal,
  });

it("refuses a real environment that is not named once more", async () => {
  for (const destroy of [undefined, "staging", "local/prod"])
    expect(await refusalFrom(ask(false, false, destroy))).toMatchObject({ code: "E_PROTECTED" });
  await expect(ask(false, false, "prod")).rejects.toBe(reached);
});

it("refuses one that its description protects, however often it is named", async () => {
  const refusal = await refusalFrom(ask(false, true, "prod"));
  expect(refusal).toMatchObject({ code: "E_PROTECTED", state: "nothing was touched" });
  expect(refusal.next).toContain("protection: false");
});

it("asks nothing of a rehearsal", async () => {
  await expect(ask(true, true)).rejects.toBe(reached);
});

/** Takes it down without an engine; tells what was done. */
const downOf = (rigged: Workspace, done: string[]) =>
  down(
    {
      ...rigged,
      stack: async () => ({
        version: async () => "sha256:0",
        adopt: async () => ({ adopted: [] }),
        down: async () => (done.push("destroyed"), []),
      }),
      underLease: (_reason: string, signal: AbortSignal, work: Function) => work({}, signal),
      platform: { admit: async () => {}, sweep: async () => void done.push("swept") },
    } as unknown as Workspace,
    { change: () => {}, destroy: "prod", reason: "test", signal: new AbortController().signal },
  );

it("goes under review once the end of the protection was carried out, and the ledger tells both", async () => {
  const rig = await reviewRig();
  const done: string[] = [];
  const downNow = () => downOf(rig.workspace(), done);
  const raise = async () => {
    await rig.approve(rig.bob);
    await infraDone(rig.workspace(), (await rig.pass()) ?? null);
  };
  rig.commit({ "environments/prod.yaml": `${described()}protection: true\n` });
  await raise();
  const commit = rig.commit({ "environments/prod.yaml": described() });
  expect(await refusalFrom(downNow())).toMatchObject({ code: "E_PROTECTED", state: "nothing was touched" });
  expect(done).toEqual([]);
  await raise();
  expect(await downNow()).toMatchObject({ environment: "prod", unprotectedBy: commit });
  expect(done).toEqual(["destroyed", "swept"]);
  const records = (await readLedger(rig.store)).filter(({ verb }) => verb === "down");
  expect(records.map(({ outcome, data }) => [outcome, data])).toMatchObject([
    ["refused", { code: "E_PROTECTED" }],
    ["done", { unprotectedBy: commit }],
  ]);
});

it("takes from what ran that it is verified: the time until it is up again is no soak", async () => {
  const rig = await reviewRig("{ people: 0 }");
  const { pins } = rig.workspace();
  const [then, since] = ["2026-11-20T12:00:00.000Z", "2026-11-21T12:00:00.000Z"];
  const past = { ...aDeployable("r1"), verifiedAt: then, until: since };
  const pin = { current: aDeployable("r2"), history: [past] };
  pins.write("app", { ...pin, verifiedAt: since });
  expect(await downOf(rig.workspace(), [])).toMatchObject({ environment: "prod" });
  expect(pins.of("app")).toEqual(pin);
});

it("refuses a damaged file of pins while everything is still there", async () => {
  const rig = await reviewRig("{ people: 0 }");
  const done: string[] = [];
  rig.workspace().pins.write("app", { current: null, history: [] });
  writeFileSync(join(rig.repo, "environments", "releases", "prod.json"), "{");
  expect(await refusalFrom(downOf(rig.workspace(), done))).toMatchObject({ code: "E_PINS" });
  expect(done).toEqual([]);
});
