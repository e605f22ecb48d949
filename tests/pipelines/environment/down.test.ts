// What `down` asks for before it takes anything away.
import { expect, it } from "vitest";
import { down } from "../../../pipelines/environment/down.ts";
import type { Workspace } from "../../../pipelines/environment/workspace.ts";
import { refusalFrom } from "../../support/refusal.ts";

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
