// Approving: what ends must be named, a key with several names must say which, and what would not count is not kept.
import { expect, it, vi } from "vitest";
import { approve } from "../../../pipelines/review/approve.ts";
import { listApprovals, revokeApproval } from "../../../pipelines/review/approvals.ts";
import { approvalsText, approvedText, proposalText } from "../../../pipelines/review/report.ts";
import { readApprovals } from "../../../pipelines/review/records.ts";
import { authorsText } from "../../../pipelines/review/refusals.ts";
import { Refusal } from "../../../pipelines/errors.ts";
import { readLedger } from "../../../pipelines/ledger/ledger.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { anUpdate, described, reviewRig } from "../../support/review-rig.ts";
import { approverLine } from "../../support/reviewed.ts";

vi.mock("../../../pipelines/drivers/change-versions.ts", () => ({
  versionsOf: async () => ({ surefoot: "0.1.0", engine: "v3", lockfile: "sha256:1", policies: "sha256:2" }),
}));

const database = anUpdate({
  type: "aws:rds/instance:Instance",
  op: "replace",
  name: "database",
  urn: "urn:pulumi:prod::surefoot::aws:rds/instance:Instance::database",
  replaceKeys: ["size"],
});

it("asks that what holds data and ends is named, and the gate asks it of every approval", async () => {
  const rig = await reviewRig();
  rig.engine.planned = [database];
  const refusal = await refusalFrom(rig.approve(rig.bob));
  expect([refusal.code, refusal.next, refusal.details[0]]).toEqual([
    "E_ACKNOWLEDGE",
    "surefoot approve prod --infra-only --acknowledge database --reason '<why>'",
    expect.stringContaining("replace database (aws:rds/instance:Instance)"),
  ]);
  expect(await readApprovals(rig.store, "prod")).toEqual([]);
  await rig.approve(rig.bob, { acknowledged: ["database"] });
  expect(await rig.pass()).toMatchObject({ acknowledged: ["database"], by: ["bob@example.com"] });
  // Named before the engine could plan it, as it does not plan the end of what it protects.
  const { plan } = await rig.proposal();
  expect(plan.resources[0]).toMatchObject({ op: "replace", stateful: true, forcedBy: ["size"] });
});

it("says so where the engine protects what would end", async () => {
  const rig = await reviewRig();
  const next =
    "put it back into the description; if it is really meant: surefoot up prod --acknowledge database";
  const told = { what: "database would be deleted", state: "nothing was deleted", next };
  rig.engine.refusal = new Refusal("E_PROTECTED", told);
  const refusal = await refusalFrom(rig.proposal());
  expect(refusal).toMatchObject({
    code: "E_ACKNOWLEDGE",
    next: expect.stringContaining("surefoot approve prod --ack"),
  });
});

it("asks as whom where the key has several names, and takes none that it has not", async () => {
  const rig = await reviewRig();
  const alias = { ...rig.bob, mail: "robert@example.com" };
  rig.commit({ "environments/approvers": approverLine(rig.bob) + approverLine(alias) });
  const unclear = await refusalFrom(rig.approve(rig.bob));
  expect([unclear.code, unclear.next]).toEqual(["E_APPROVAL_INVALID", "say as which: --as bob@example.com"]);
  expect((await refusalFrom(rig.approve(rig.bob, {}, "ann@example.com"))).code).toBe("E_APPROVAL_INVALID");
  expect((await rig.approve(rig.bob, {}, "Robert@example.com")).principal).toBe("robert@example.com");
  const stranger = await refusalFrom(rig.approve(rig.people.person("x@example.com")));
  expect([stranger.code, stranger.message]).toEqual([
    "E_APPROVAL_INVALID",
    expect.stringContaining("is no key of anybody in environments/approvers"),
  ]);
});

it("needs approvers, and takes a list without any for none", async () => {
  const rig = await reviewRig();
  rig.commit({ "environments/approvers": "# nobody yet\n" });
  expect((await refusalFrom(rig.pass())).code).toBe("E_APPROVERS");
  rig.engine.planned = [];
  expect(await rig.pass()).toBeNull();
});

it("shows the whole plan before it is signed, and the list of what was", async () => {
  const rig = await reviewRig("{ people: 2, expires: 2h }");
  rig.engine.planned = [anUpdate({ name: "app-01\u001b[2J" })];
  const first = await rig.approve(rig.bob);
  const proposal = await rig.proposal();
  const text = proposalText(proposal).join("\n");
  for (const part of [
    "size: 3 -> 4",
    "authors dev@example.com",
    "first time for infra",
    "needs 2, and 1 agreed",
  ])
    expect(text).toContain(part);
  expect(text.match(/first time/g)).toHaveLength(1);
  expect(text).toContain(`digest  ${proposal.digest}`);
  expect(text).not.toContain("\u001b");
  const signed = approvedText(first, { agreed: proposal.verdict.people, needed: 2 }).join(" ");
  expect(signed).toContain("good once, until 2026-01-01T02:00:00.000Z");
  expect(signed).toContain("prod needs 2, and 1 agreed so far");
  await rig.approve(rig.ann);
  await rig.pass();
  rig.commit({ "environments/prod.yaml": described("{ people: 2, expires: 2h }", 5) });
  const second = await rig.approve(rig.bob);
  await revokeApproval(rig.workspace(), { what: second.id, reason: "wrong size" });
  const { signal } = new AbortController();
  const list = await listApprovals(rig.workspace(), signal);
  expect(list.approvals.map(({ standing, principal }) => `${standing} ${principal}`).toSorted()).toEqual([
    "revoked bob@example.com",
    "used ann@example.com",
    "used bob@example.com",
  ]);
  await rig.approve(rig.cat);
  rig.engine.state = "sha256:7";
  const lines = approvalsText(await listApprovals(rig.workspace(), signal)).join("\n");
  expect(lines).toMatch(/void .* by cat@example.com .*: state of the engine: approved none; now sha256:7/);
  expect(lines).toContain("approval.signedCommits");
  expect(lines).toContain("must agree; good for 2 h;");
  // Its digest is said once in a line.
  const used = lines.split("\n").find((line) => line.startsWith("used"));
  expect(used?.match(/sha256:/g)).toHaveLength(1);
});

it("says of whom nobody knows that they made it, and keeps nobody from approving where no author is known", async () => {
  const rig = await reviewRig();
  rig.release("r1", null);
  const proposal = await rig.proposal({ releases: [{ service: "app", release: "r1" }] });
  expect(proposalText(proposal)).toContain(
    "authors dev@example.com: they cannot approve it; of source app nobody knows who made it",
  );
  expect(authorsText({ ranges: [] }, { authors: new Map() })).toBe(
    "unknown: nobody is kept from approving it",
  );
});

it("revokes only what there is, or a key, and records it", async () => {
  const rig = await reviewRig();
  const revoking = (what: string) => revokeApproval(rig.workspace(), { what, reason: "stolen" });
  for (const what of ["nothing", "../delivered/prod", ""])
    expect((await refusalFrom(revoking(what))).code).toBe("E_USAGE");
  const { key } = await rig.approve(rig.bob);
  expect(await revoking(key)).toEqual({ revoked: key, already: false });
  expect(await revoking(key)).toEqual({ revoked: key, already: true });
  expect((await readLedger(rig.store)).at(-1)).toMatchObject({
    verb: "approvals",
    outcome: "revoked",
    why: "stolen",
  });
  expect((await refusalFrom(rig.approve(rig.bob))).code).toBe("E_APPROVAL_REVOKED");
});

it("keeps nothing where the signature cannot be made", async () => {
  const rig = await reviewRig();
  const order = { key: `${rig.people.folder}/nowhere`, acknowledged: [], reason: "why not", tell: () => {} };
  expect((await refusalFrom(approve(rig.workspace(), await rig.proposal(), order))).code).toBe("E_SIGN");
  expect(await readApprovals(rig.store, "prod")).toEqual([]);
  expect((await readLedger(rig.store)).at(-1)).toMatchObject({ verb: "approve", outcome: "refused" });
});
