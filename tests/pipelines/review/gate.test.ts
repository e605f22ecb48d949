// The gate, with real signatures, commits and store: only what enough people other than the authors signed passes, once, as it was.
import { expect, it, vi } from "vitest";
import { infraDone } from "../../../pipelines/review/begun.ts";
import { digestOf } from "../../../pipelines/review/digest.ts";
import { passRelease, passRollback } from "../../../pipelines/review/gate.ts";
import { revoke } from "../../../pipelines/review/records.ts";
import { readLedger } from "../../../pipelines/ledger/ledger.ts";
import { targetOf } from "../../../pipelines/rollout/prepare.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { anUpdate, described, reviewRig } from "../../support/review-rig.ts";
import { approverLine } from "../../support/reviewed.ts";

const versions = vi.hoisted(() => ({
  now: { surefoot: "0.1.0", engine: "v3.0.0", lockfile: "sha256:1", policies: "sha256:2" },
}));
vi.mock("../../../pipelines/drivers/change-versions.ts", () => ({
  versionsOf: async () => ({ ...versions.now }),
}));

it("passes a plan that somebody else signed, once, and tells who", async () => {
  const { pass, approve, bob, store, proposal } = await reviewRig();
  const missing = await refusalFrom(pass());
  expect([missing.code, missing.next]).toEqual([
    "E_APPROVAL_MISSING",
    "surefoot approve prod --infra-only --reason '<why>'",
  ]);
  await approve(bob);
  const { digest } = await proposal();
  expect(await pass()).toEqual({ digest, acknowledged: [], by: ["bob@example.com"] });
  const replayed = await refusalFrom(pass());
  expect(replayed.code).toBe("E_APPROVAL_USED");
  expect(replayed.details.join("\n")).toContain("used at 2026-01-01T00:00:00.000Z by runner@host");
  expect(await readLedger(store)).toMatchObject([
    {
      verb: "approve",
      outcome: "approved",
      why: "looks good",
      data: { digest, principal: "bob@example.com" },
    },
  ]);
  // The same plan again needs another signature, and takes it.
  await approve(bob);
  expect((await pass())?.digest).toBe(digest);
});

it("refuses a plan that was changed by one property, with both digests and what differs", async () => {
  const { pass, approve, bob, engine, proposal } = await reviewRig();
  const { digest } = await approve(bob);
  engine.planned = [anUpdate({ new: { size: 5 } })];
  const refusal = await refusalFrom(pass());
  expect(refusal.code).toBe("E_APPROVAL_VOID");
  const told = refusal.details.join("\n");
  expect(told).toContain(`approved  ${digest}`);
  expect(told).toContain(`now       ${(await proposal()).digest}`);
  expect(told).toContain("app-01 (surefoot:local:Node) size: approved 3 -> 4; now 3 -> 5");
});

it.each([
  ["the state", "state of the engine: approved none; now sha256:9"],
  ["the engine's version", "version of the engine: approved v3.0.0; now v3.0.1"],
  ["the lockfile", "package-lock.json: approved sha256:1; now sha256:7"],
  ["the rules", "rules (infra/policies): approved sha256:2; now sha256:8"],
  ["the commit", "commit: approved"],
  ["a pin", "pin of app: approved none; now r9+00000000"],
])("is void when %s changes", async (what, line) => {
  const rig = await reviewRig();
  const before = versions.now;
  await rig.approve(rig.bob);
  if (what === "the state") rig.engine.state = "sha256:9";
  if (what === "the engine's version") versions.now = { ...before, engine: "v3.0.1" };
  if (what === "the lockfile") versions.now = { ...before, lockfile: "sha256:7" };
  if (what === "the rules") versions.now = { ...before, policies: "sha256:8" };
  if (what === "the commit") rig.commit({ "app/main.mjs": "2" });
  if (what === "a pin") {
    const digest = `sha256:${"a".repeat(64)}`;
    const current = {
      id: "r9+00000000",
      release: "r9",
      digest,
      configHash: "0",
      config: {},
      start: "sh evil",
    };
    rig.workspace().pins.write("app", { current, history: [] });
  }
  const refusal = await refusalFrom(rig.pass()).finally(() => (versions.now = before));
  expect([refusal.code, refusal.details.join("\n")]).toEqual([
    "E_APPROVAL_VOID",
    expect.stringContaining(line),
  ]);
});

it("refuses an expired approval, by the store's clock and by the shorter life of both sides", async () => {
  const { pass, approve, bob, ann, clock, commit, workspace } = await reviewRig("{ people: 1, expires: 1h }");
  await approve(bob);
  await clock.jump(3600);
  expect((await refusalFrom(pass())).code).toBe("E_APPROVAL_EXPIRED");
  await approve(bob);
  await infraDone(workspace(), (await pass()) ?? null);
  commit({ "environments/prod.yaml": described("{ people: 1, expires: 24h }") });
  await approve(ann);
  await clock.jump(3600);
  expect((await refusalFrom(pass())).code).toBe("E_APPROVAL_EXPIRED");
});

it("refuses a revoked approval and a revoked key, at once", async () => {
  const { pass, approve, bob, ann, store } = await reviewRig();
  const { id } = await approve(bob);
  expect(await revoke(store, "prod", id, "ann", "wrong size")).toBe(true);
  const refusal = await refusalFrom(pass());
  expect([refusal.code, refusal.details.join("\n")]).toEqual([
    "E_APPROVAL_REVOKED",
    expect.stringContaining("revoked by ann at 2026-01-01T00:00:00.000Z: wrong size"),
  ]);
  const { key } = await approve(ann);
  await revoke(store, "prod", key, "bob", "laptop was stolen");
  expect((await refusalFrom(pass())).code).toBe("E_APPROVAL_REVOKED");
});

it("lets no author approve, whatever name the mail was written in", async () => {
  const { pass, approve, bob, ann, commit } = await reviewRig();
  commit({ "app/main.mjs": "2" }, "Bob@Example.com");
  const refusal = await refusalFrom(approve(bob));
  expect([refusal.code, refusal.message]).toEqual([
    "E_APPROVAL_SELF",
    expect.stringContaining("bob@example.com made part of this change"),
  ]);
  await approve(ann);
  expect(await pass()).toMatchObject({ by: ["ann@example.com"] });
});

it("counts two people, not two keys or two names of one", async () => {
  const rig = await reviewRig("{ people: 2 }");
  const second = rig.people.person("bob@example.com", "bob-second-key");
  const alias = rig.people.person("robert@example.com", "bob-second-key");
  const lines = [rig.ann, rig.bob, second, alias].map((one) => approverLine(one)).join("");
  rig.commit({ "environments/approvers": lines });
  await rig.approve(rig.bob);
  await rig.approve(second, {}, "bob@example.com");
  await rig.approve(alias, {}, "robert@example.com");
  const refusal = await refusalFrom(rig.pass());
  expect([refusal.code, refusal.message]).toEqual([
    "E_APPROVAL_MISSING",
    "prod needs 2 people other than its authors to approve this plan, and 1 did",
  ]);
  await rig.approve(rig.ann);
  expect((await rig.pass())?.by.toSorted()).toEqual([
    "ann@example.com",
    "bob@example.com",
    "robert@example.com",
  ]);
});

it("goes by the approvers and the rules of what was last carried out as well", async () => {
  const rig = await reviewRig();
  await rig.approve(rig.bob);
  await infraDone(rig.workspace(), (await rig.pass()) ?? null);
  const mallory = rig.people.person("mallory@example.com");
  rig.commit({
    "environments/approvers": approverLine(mallory) + approverLine(rig.ann) + approverLine(rig.bob),
    "environments/prod.yaml": described("{ people: 0 }"),
  });
  const refusal = await refusalFrom(rig.approve(mallory));
  expect([refusal.code, refusal.message]).toEqual([
    "E_APPROVAL_INVALID",
    expect.stringContaining("is no key of mallory@example.com in environments/approvers of commit"),
  ]);
  // Nobody has to agree any more, says the very change that is to be agreed to.
  expect((await refusalFrom(rig.pass())).code).toBe("E_APPROVAL_MISSING");
  // A removed key counts at once.
  rig.commit({ "environments/approvers": approverLine(mallory) + approverLine(rig.ann) });
  expect((await refusalFrom(rig.approve(rig.bob))).code).toBe("E_APPROVAL_INVALID");
  await rig.approve(rig.ann);
  const approved = (await rig.pass()) ?? null;
  expect(approved?.by).toEqual(["ann@example.com"]);
  await infraDone(rig.workspace(), approved);
  expect(await rig.pass()).toBeUndefined();
});

it("needs nobody for nothing, and does not take that for agreement", async () => {
  const rig = await reviewRig();
  rig.engine.planned = [anUpdate({ op: "same", new: { size: 3 } })];
  expect(await rig.pass()).toBeNull();
  await infraDone(rig.workspace(), null);
  expect((await rig.proposal()).people.firstTime).toEqual(["infra"]);
});

it("takes a release from up once, by what it made itself, and gates any other", async () => {
  const rig = await reviewRig();
  const head = rig.commit();
  for (const name of ["r1", "r2"]) rig.release(name, head, { digest: `sha256:${name.at(-1)?.repeat(64)}` });
  const releases = [{ service: "app", release: "r1" }];
  const { plan } = await rig.proposal({ releases });
  await rig.approve(rig.bob, { releases });
  const approved = (await rig.pass(plan.releases)) ?? undefined;
  const workspace = rig.workspace();
  const [service] = Object.values(workspace.description.services);
  if (service === undefined) throw new Error("no service");
  const target = async (release: string) => targetOf(workspace, service, release);
  const evil = { ...(await target("r1")), start: "sh evil" };
  const copy = structuredClone(approved);
  for (const [one, token] of [
    [await target("r2"), approved],
    [await target("r1"), copy],
    [evil, approved],
  ] as const)
    expect((await refusalFrom(passRelease(workspace, "app", one, { approved: token }))).code).toMatch(
      /^E_APPROVAL_/,
    );
  expect(await passRelease(workspace, "app", await target("r1"), { approved })).toBe(approved);
  await expect(passRelease(workspace, "app", await target("r1"), { approved })).rejects.toMatchObject({
    code: "E_APPROVAL_MISSING",
  });
  expect(digestOf(plan)).toBe(approved?.digest);
});

it("is void when a release of the same name, bytes and config is started in another way", async () => {
  const rig = await reviewRig();
  const head = rig.commit();
  rig.release("r1", head);
  const releases = [{ service: "app", release: "r1" }];
  const { plan } = await rig.proposal({ releases });
  await rig.approve(rig.bob, { releases });
  rig.release("r1", head, { start: "sh evil" });
  const refusal = await refusalFrom(rig.pass(plan.releases));
  expect([refusal.code, refusal.details.join("\n")]).toEqual([
    "E_APPROVAL_VOID",
    expect.stringContaining("release of app: approved none -> r1+"),
  ]);
});

it("lets a rollback go only to what a rollout has put there, whatever a pin remembers", async () => {
  const rig = await reviewRig();
  rig.release("r1", rig.commit());
  const workspace = rig.workspace();
  const { journal, description } = workspace;
  const [service] = Object.values(description.services);
  if (service === undefined) throw new Error("no service");
  const target = await targetOf(workspace, service, "r1");
  const forged = await refusalFrom(passRollback(workspace, "app", target));
  expect([forged.code, forged.next]).toEqual([
    "E_NOTHING_TO_ROLL_BACK",
    "surefoot deploy prod app --release r1, which asks for approval",
  ]);
  await journal.open({
    id: "one",
    environment: "prod",
    service: "app",
    plan: { target, before: { current: null, history: [] } },
  });
  await journal.close("one", "deployed");
  await passRollback(workspace, "app", target);
  await expect(passRollback(workspace, "app", { ...target, start: "sh evil" })).rejects.toThrow("no rollout");
  const nobody = await reviewRig("{ people: 0 }");
  await passRollback(nobody.workspace(), "app", target);
});
