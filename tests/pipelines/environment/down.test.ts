// What `down` asks for before it takes anything away.
import { expect, it } from "vitest";
import { down } from "../../../pipelines/environment/down.ts";
import type { Workspace } from "../../../pipelines/environment/workspace.ts";
import { readLedger } from "../../../pipelines/ledger/ledger.ts";
import { infraDone } from "../../../pipelines/review/begun.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { described, reviewRig } from "../../support/review-rig.ts";

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

it("goes under review once the end of the protection was carried out, and the ledger tells both", async () => {
  const rig = await reviewRig();
  const done: string[] = [];
  const stack = {
    version: async () => "sha256:0",
    adopt: async () => ({ adopted: [] }),
    down: async () => (done.push("destroyed"), []),
  };
  const downNow = () =>
    down(
      {
        ...rig.workspace(),
        stack: async () => stack,
        underLease: (_reason: string, signal: AbortSignal, work: Function) => work({}, signal),
        platform: { admit: async () => {}, sweep: async () => void done.push("swept") },
      } as unknown as Workspace,
      { change: () => {}, destroy: "prod", reason: "test", signal: new AbortController().signal },
    );
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
