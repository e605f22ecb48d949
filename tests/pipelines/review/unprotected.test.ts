// What may be taken away under review: by what was carried out, not by what is checked out.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { infraDone } from "../../../pipelines/review/begun.ts";
import { readDelivered, writeDelivered } from "../../../pipelines/review/delivered.ts";
import { mustBeUnprotected } from "../../../pipelines/review/unprotected.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { described, reviewRig } from "../../support/review-rig.ts";
import type { ReviewRig } from "../../support/review-rig.ts";
import { commitAs } from "../../support/reviewed.ts";

const free = "{ people: 0 }";
const ask = (rig: ReviewRig, state = "sha256:0") => mustBeUnprotected(rig.workspace(), async () => state);
const describedAs = (protection: boolean, approval?: string) => ({
  "environments/prod.yaml": `${described(approval)}protection: ${protection}\n`,
});
/** An `up` that somebody agreed to. */
const raised = async (rig: ReviewRig): Promise<void> => {
  await rig.approve(rig.bob);
  await infraDone(rig.workspace(), (await rig.pass()) ?? null);
};

it("takes an end of the protection for one when it was agreed to and carried out, not when it is written or committed", async () => {
  const rig = await reviewRig();
  const before = rig.commit(describedAs(true));
  await raised(rig);
  const edit = (text: string) => writeFileSync(join(rig.repo, "environments", "prod.yaml"), text);
  // Neither the protection nor the rules are lifted by an edit.
  for (const approval of [undefined, free]) {
    edit(describedAs(false, approval)["environments/prod.yaml"]);
    const refusal = await refusalFrom(ask(rig));
    expect([refusal.code, refusal.state]).toEqual(["E_PROTECTED", "nothing was touched"]);
    expect(refusal.next).toContain("surefoot approve prod --infra-only");
    expect(refusal.details.join()).toContain(before);
  }
  const commit = rig.commit(describedAs(false));
  expect((await refusalFrom(ask(rig))).code).toBe("E_PROTECTED");
  // The engine sees nothing to do in it; people agree to it all the same.
  rig.engine.planned = [];
  await infraDone(rig.workspace(), (await rig.pass()) ?? null);
  expect((await refusalFrom(ask(rig))).code).toBe("E_PROTECTED");
  await raised(rig);
  expect(await ask(rig)).toBe(commit);
});

it("counts what was noted before protection was, and what was never carried out, as protected", async () => {
  const rig = await reviewRig();
  expect(await ask(rig, "none")).toBeNull();
  const refusal = await refusalFrom(ask(rig));
  expect([refusal.code, refusal.message]).toEqual([
    "E_PROTECTED",
    expect.stringContaining("was ever carried out"),
  ]);
  const { approval } = rig.workspace().description;
  await writeDelivered(rig.store, "prod", { infra: { commit: "c".repeat(40), source: null, approval } });
  for (const state of ["sha256:0", "none"])
    expect((await refusalFrom(ask(rig, state))).code).toBe("E_PROTECTED");
});

it("asks where any part asks: a release was agreed to, so taking it away is", async () => {
  const rig = await reviewRig(free);
  rig.commit(describedAs(true, free));
  await infraDone(rig.workspace(), null);
  expect((await readDelivered(rig.store, "prod")).parts["infra"]?.protection).toBe(true);
  expect(await ask(rig)).toBeNull();
  const approval = { people: 1, expires: 60, signedCommits: false };
  const part = { commit: "c".repeat(40), source: null, approval };
  await writeDelivered(rig.store, "prod", { "release app": part });
  expect((await refusalFrom(ask(rig))).code).toBe("E_PROTECTED");
});

it("lets nobody free it alone by a change of the infra plane, which asks nobody where a release asks people", async () => {
  const rig = await reviewRig(free);
  const approval = { people: 1, expires: 60, signedCommits: false };
  const part = { commit: "c".repeat(40), source: null, approval };
  await writeDelivered(rig.store, "prod", { "release app": part });
  rig.commit(describedAs(false, free));
  expect(await rig.pass()).toBeUndefined();
  await infraDone(rig.workspace(), null);
  const refusal = await refusalFrom(ask(rig));
  expect([refusal.code, refusal.message]).toEqual([
    "E_PROTECTED",
    "prod needs people to agree, and nobody agreed to the change of it that says protection: false",
  ]);
  // What it says to do leads there.
  expect(refusal.next).toContain("write protection: false and approval: { people: 1 }, commit it");
  const commit = rig.commit(describedAs(false, "{ people: 1 }"));
  await raised(rig);
  expect(await ask(rig)).toBe(commit);
  await infraDone(rig.workspace(), null);
  expect(await ask(rig)).toBe(commit);
});

it("takes a signed commit for enough only where nobody asks for people", async () => {
  const rig = await reviewRig("{ people: 0, signedCommits: true }");
  const files = describedAs(false, "{ people: 0, signedCommits: true }");
  const commit = commitAs(rig.repo, rig.ann, files, { signed: true });
  await infraDone(rig.workspace(), (await rig.pass()) ?? null);
  expect(await ask(rig)).toBe(commit);
  const approval = { people: 1, expires: 60, signedCommits: false };
  await writeDelivered(rig.store, "prod", { "release app": { commit, source: null, approval } });
  expect((await refusalFrom(ask(rig))).code).toBe("E_PROTECTED");
});

it("asks nothing for a rehearsal", async () => {
  const rig = await reviewRig();
  const name = { id: "local/prod", description: "prod", local: true, stack: "local-prod" };
  expect(await mustBeUnprotected({ ...rig.workspace(), name }, async () => "sha256:0")).toBeNull();
});
