// Approvals that somebody made up, changed or moved: none of them counts, and each says why.
import { randomUUID } from "node:crypto";
import { expect, it, vi } from "vitest";
import { sign } from "../../../pipelines/drivers/ssh-signature.ts";
import { signingKey } from "../../../pipelines/drivers/ssh-signature-key.ts";
import { storeKey } from "../../../pipelines/drivers/store.ts";
import { namespace, signedText } from "../../../pipelines/review/approval.ts";
import type { Approval, StoredApproval } from "../../../pipelines/review/approval.ts";
import { approvalsFor } from "../../../pipelines/review/judge.ts";
import { peopleOf } from "../../../pipelines/review/people.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { reviewRig } from "../../support/review-rig.ts";
import type { ReviewRig } from "../../support/review-rig.ts";
import { approverLine } from "../../support/reviewed.ts";
import type { Person } from "../../support/reviewed.ts";

vi.mock("../../../pipelines/drivers/change-versions.ts", () => ({
  versionsOf: async () => ({ surefoot: "0.1.0", engine: "v3", lockfile: "sha256:1", policies: "sha256:2" }),
}));

interface Forgery {
  /** Before it is signed. */
  change?: Partial<Approval>;
  /** After it is signed. */
  mangle?: (stored: StoredApproval) => unknown;
  namespace?: string;
  signer?: Person;
}

/** Puts an approval into the store by hand, as somebody could who may write there. */
async function plant(rig: ReviewRig, who: Person, forgery: Forgery = {}): Promise<Approval> {
  const { plan, digest } = await rig.proposal();
  const now = await rig.store.now();
  const key = await signingKey(rig.repo, (forgery.signer ?? who).key);
  const approval: Approval = {
    schema: 1,
    id: randomUUID(),
    environment: "prod",
    digest,
    commit: plan.commit,
    principal: who.mail,
    key: (await signingKey(rig.repo, who.key)).fingerprint,
    approvedAt: new Date(now).toISOString(),
    expiresAt: new Date(now + 3_600_000).toISOString(),
    acknowledged: [],
    reason: "planted",
    ...forgery.change,
  };
  const signature = await sign(signedText(approval), { key, namespace: forgery.namespace ?? namespace });
  const stored = { approval, signature, plan };
  const place = storeKey("approval", "prod", approval.digest, approval.key);
  const before = await rig.store.get(place);
  await rig.store.put(place, forgery.mangle?.(stored) ?? stored, before?.etag ?? null);
  return approval;
}

async function standing(rig: ReviewRig): Promise<string[]> {
  const { ground } = await rig.proposal();
  const people = await peopleOf(rig.repo, ground.plan, []);
  const checked = await approvalsFor(rig.workspace(), ground, people);
  return checked.map((one) => `${one.standing} ${one.why}`.trim());
}

it("takes a planted approval that is genuine: what it says counts, not who put it there", async () => {
  const rig = await reviewRig();
  await plant(rig, rig.bob);
  expect(await standing(rig)).toEqual(["good"]);
  expect(await rig.pass()).toMatchObject({ by: ["bob@example.com"] });
});

it("does not count an author's own signature that was made without the verb", async () => {
  const rig = await reviewRig();
  rig.commit({ "app/main.mjs": "2" }, "Bob@Example.com");
  await plant(rig, rig.bob);
  expect((await refusalFrom(rig.pass())).code).toBe("E_APPROVAL_SELF");
  await rig.approve(rig.ann);
  expect(await rig.pass()).toMatchObject({ by: ["ann@example.com"] });
});

const changed = (change: Partial<Approval>) => (stored: StoredApproval) => ({
  ...stored,
  approval: { ...stored.approval, ...change },
});
const other = `sha256:${"0".repeat(64)}`;

it.each<[string, Forgery, RegExp]>([
  ["has another reason", { mangle: changed({ reason: "better" }) }, /signature does not hold/],
  ["names more that may go", { mangle: changed({ acknowledged: ["database"] }) }, /signature does not hold/],
  ["lives longer", { mangle: changed({ expiresAt: "2099-01-01T00:00:00.000Z" }) }, /signature does not hold/],
  ["has a new id, to be used again", { mangle: changed({ id: randomUUID() }) }, /signature does not hold/],
  ["is for another plan", { mangle: changed({ digest: other }) }, /place of another/],
  ["is for another environment", { change: { environment: "staging" } }, /place of another/],
  [
    "carries another plan",
    { mangle: ({ plan, ...rest }) => ({ ...rest, plan: { ...plan, state: "x" } }) },
    /plan kept/,
  ],
  ["was signed for git", { namespace: "git" }, /signature for "git", not for surefoot-approval/],
  ["has no signature", { mangle: (stored) => ({ ...stored, signature: "yes" }) }, /its signature is none/],
  [
    "has a damaged signature",
    {
      mangle: (stored) => ({
        ...stored,
        signature: stored.signature.replace(/.{6}(?=\n-----END)/, "AAAA=="),
      }),
    },
    /signature/,
  ],
  ["is dated ahead", { change: { approvedAt: "2026-01-02T00:00:00.000Z" } }, /which is to come/],
  ["is no approval", { mangle: () => ({ approval: "yes", __proto__: 1 }) }, /cannot be read/],
  ["has a path for a principal", { mangle: changed({ principal: "../../etc/passwd" }) }, /cannot be read/],
])("does not count where it %s", async (_what, forgery, why) => {
  const rig = await reviewRig();
  await plant(rig, rig.bob, forgery);
  expect(await standing(rig)).toEqual([expect.stringMatching(why)]);
  expect((await standing(rig))[0]).toMatch(/^invalid/);
  const refusal = await refusalFrom(rig.pass());
  expect(["E_APPROVAL_INVALID", "E_APPROVAL_MISSING"]).toContain(refusal.code);
});

it("does not count in another's name, nor by a key that nobody knows", async () => {
  const rig = await reviewRig();
  await plant(rig, rig.bob, { signer: rig.ann });
  expect(await standing(rig)).toEqual(["invalid it was signed with another key than it names"]);
  const mallory = rig.people.person("mallory@example.com");
  await plant(rig, mallory, { change: { principal: "cat@example.com" } });
  expect(await standing(rig)).toContainEqual(
    expect.stringMatching(
      /^invalid SHA256:.* is no key of cat@example.com in environments\/approvers of this commit$/,
    ),
  );
  expect((await refusalFrom(rig.pass())).code).toBe("E_APPROVAL_INVALID");
});

it("gives nobody a longer life than the description does", async () => {
  const rig = await reviewRig("{ people: 1, expires: 1h }");
  await plant(rig, rig.bob, { change: { expiresAt: "2099-01-01T00:00:00.000Z" } });
  expect(await standing(rig)).toEqual(["good"]);
  await rig.clock.jump(3600);
  expect(await standing(rig)).toEqual(["expired expired at 2026-01-01T01:00:00.000Z"]);
});

it("heeds what a key may be used for and how long it is valid, by the store's clock", async () => {
  const rig = await reviewRig();
  const lines = [
    approverLine(rig.ann, 'namespaces="git"'),
    approverLine(rig.bob, 'namespaces="surefoot-approval,git",valid-before="20260102"'),
  ];
  rig.commit({ "environments/approvers": lines.join("") });
  await plant(rig, rig.ann);
  await plant(rig, rig.bob);
  expect((await standing(rig)).toSorted()).toEqual([
    "good",
    expect.stringMatching(/^invalid its signature does not hold: .*namespace/),
  ]);
  await rig.clock.jump(24 * 3600 + 1);
  expect((await standing(rig)).filter((one) => one.includes("key has expired"))).toHaveLength(1);
});

it("heeds environments/revoked-keys, and refuses lists that it cannot read", async () => {
  const rig = await reviewRig();
  rig.commit({ "environments/revoked-keys": `# stolen\n${rig.bob.publicKey} bob's old laptop\n` });
  await plant(rig, rig.bob);
  expect(await standing(rig)).toEqual(["revoked its key is in environments/revoked-keys of this commit"]);
  expect((await refusalFrom(rig.approve(rig.bob))).code).toBe("E_APPROVAL_REVOKED");
  for (const [file, text] of [
    ["environments/revoked-keys", "SSHKRL\n"],
    ["environments/approvers", `*@example.com ${rig.bob.publicKey}\n`],
    ["environments/approvers", `bob@example.com cert-authority ${rig.bob.publicKey}\n`],
    ["environments/approvers", null],
  ] as const) {
    rig.commit({ [file]: text });
    expect([file, (await refusalFrom(rig.pass())).code]).toEqual([file, "E_APPROVERS"]);
    rig.commit({ "environments/revoked-keys": null, "environments/approvers": approverLine(rig.bob) });
  }
});

it("cannot be made to use one approval twice at once", async () => {
  const rig = await reviewRig();
  await plant(rig, rig.bob);
  const passed = await Promise.allSettled([rig.pass(), rig.pass(), rig.pass()]);
  expect(passed.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});
