// The gate of deploy: what may come into an environment that gets its releases from another one.
import { expect, test } from "vitest";
import type { Pin } from "../../../pipelines/drivers/pins.ts";
import { mustBeEligible } from "../../../pipelines/promotion/gate.ts";
import { promoting } from "../../support/promotion-place.ts";
import type { Promoting } from "../../support/promotion-place.ts";
import { refusalFrom } from "../../support/refusal.ts";

const verifiedAt = "2026-11-22T11:00:00.000Z";
const none: Pin = { current: null, history: [] };
const gate = async (
  place: Promoting,
  release: string,
  id = "prod",
  promoted?: Parameters<typeof mustBeEligible>[3],
) => {
  const workspace = place.open(id);
  const service = workspace.description.services["app"];
  if (service === undefined) throw new Error("no service");
  const known = await workspace.artifacts.manifests.list("app");
  const digest = known.find((one) => one.release === release)?.digest ?? "none";
  return mustBeEligible(workspace, service, { release, digest }, promoted);
};

test("only what is verified upstream may come in; the way on is told", async () => {
  const place = promoting();
  const r2 = await place.release("r2");
  const refusal = await refusalFrom(gate(place, "r2"));
  expect(refusal).toMatchObject({ code: "E_NOT_PROMOTED", state: "nothing was touched" });
  expect(refusal.next).toContain("surefoot promote prod app --release r2 --hotfix");
  place.pin("staging", { current: r2, history: [] });
  expect((await refusalFrom(gate(place, "r2"))).message).toContain("not verified there yet");
  place.pin("staging", { current: r2, history: [], verifiedAt });
  await gate(place, "r2");
});

test("what is pinned here, and what was good here before, may always come back", async () => {
  const place = promoting();
  const [r1, r2] = [await place.release("r1"), await place.release("r2")];
  place.pin("prod", { current: r2, history: [r1] });
  await gate(place, "r2");
  await gate(place, "r1");
  expect((await refusalFrom(gate(place, "r0"))).code).toBe("E_NOT_PROMOTED");
});

test("what only has the name of what was good here before is another release", async () => {
  const place = promoting();
  const r1 = await place.release("r1");
  place.pin("prod", { current: null, history: [{ ...r1, digest: `sha256:${"c".repeat(64)}` }] });
  expect((await refusalFrom(gate(place, "r1"))).code).toBe("E_NOT_PROMOTED");
});

test("rehearsals, and environments that releases are built for, have no gate", async () => {
  const place = promoting();
  await gate(place, "r9", "local/prod");
  await gate(place, "r9", "staging");
});

test("a hotfix passes without upstream, and not past a hold or another config", async () => {
  const place = promoting();
  await place.release("r9");
  const hotfix = { hotfix: true, liftHold: false };
  await gate(place, "r9", "prod", hotfix);
  const hold = { release: "r9", all: false, since: verifiedAt, reason: "slow" };
  place.pin("prod", { ...none, hold });
  expect((await refusalFrom(gate(place, "r9", "prod", hotfix))).code).toBe("E_HOLD");
  await gate(place, "r9", "prod", { hotfix: true, liftHold: true });
  place.describe("staging", { config: { FLAG: "on" } });
  const refusal = await refusalFrom(gate(place, "r9", "prod", { hotfix: true, liftHold: true }));
  expect(refusal).toMatchObject({ code: "E_PARITY", details: ["FLAG: is given there and not here"] });
});

test("the same name with other bytes than were verified does not come in", async () => {
  const place = promoting();
  const r2 = await place.release("r2");
  const current = { ...r2, digest: `sha256:${"c".repeat(64)}` };
  place.pin("staging", { current, history: [], verifiedAt });
  expect((await refusalFrom(gate(place, "r2"))).code).toBe("E_DIGEST");
});

test("a chain that is described wrong, and samples with mistakes, are refused before anything is touched", async () => {
  const place = promoting();
  place.describe("staging", { promotion: { after: "prod" } });
  expect(await refusalFrom(gate(place, "r2"))).toMatchObject({
    code: "E_DESCRIPTION",
    details: [expect.stringContaining("goes in a circle: prod -> staging -> prod")],
  });
  place.describe("staging", { contracts: "nowhere" });
  expect((await refusalFrom(gate(place, "r2", "local/staging"))).code).toBe("E_SAMPLE");
});
