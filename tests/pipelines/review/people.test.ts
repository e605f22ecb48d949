// Who made a change, from real commits: authors, committers, co-authors, signers and builders; and whose merges are nobody's work.
import { expect, it, vi } from "vitest";
import { peopleOf } from "../../../pipelines/review/people.ts";
import { infraDone } from "../../../pipelines/review/begun.ts";
import { writeDelivered } from "../../../pipelines/review/delivered.ts";
import { refusalFrom } from "../../support/refusal.ts";
import { described, reviewRig } from "../../support/review-rig.ts";
import type { ReviewRig } from "../../support/review-rig.ts";
import { approverLine, commitAs, gitIn } from "../../support/reviewed.ts";

vi.mock("../../../pipelines/drivers/change-versions.ts", () => ({
  versionsOf: async () => ({ surefoot: "0.1.0", engine: "v3", lockfile: "sha256:1", policies: "sha256:2" }),
}));

/** A rig whose infra plane was carried out at its first commit. */
async function begun(): Promise<ReviewRig> {
  const rig = await reviewRig();
  await rig.approve(rig.bob);
  await infraDone(rig.workspace(), (await rig.pass()) ?? null);
  return rig;
}

const authorsOf = async (rig: ReviewRig): Promise<string[]> => {
  const { ground } = await rig.proposal();
  return [...(await peopleOf(rig.repo, ground.plan, ground.builders)).authors.values()].toSorted();
};

it("names author, committer and co-authors of every commit since the last one that was carried out", async () => {
  const rig = await begun();
  rig.commit({ one: "1" }, "first@example.com");
  commitAs(
    rig.repo,
    "second@example.com",
    { two: "2" },
    {
      message: "pair\n\nCo-authored-by: Third <THIRD@example.com>\nCo-authored-by: F <fourth@example.com>",
    },
  );
  gitIn(
    rig.repo,
    ["-c", "user.name=x", "commit", "-q", "--amend", "--no-edit", "--reset-author"],
    "fifth@example.com",
  );
  gitIn(
    rig.repo,
    ["commit", "-q", "--amend", "--no-edit", "--author", "Six <sixth@example.com>"],
    "fifth@example.com",
  );
  expect(await authorsOf(rig)).toEqual(
    ["fifth", "first", "fourth", "sixth", "third"].map((one) => `${one}@example.com`),
  );
});

it("takes a merge that git makes by itself for nobody's work, and one with work in it for its maker's", async () => {
  const rig = await begun();
  gitIn(rig.repo, ["checkout", "-q", "-b", "topic"]);
  rig.commit({ topic: "1" }, "dev@example.com");
  gitIn(rig.repo, ["checkout", "-q", "main"]);
  rig.commit({ main: "1" }, "dev@example.com");
  gitIn(rig.repo, ["merge", "-q", "--no-ff", "-m", "merge", "topic"], "ann@example.com");
  expect(await authorsOf(rig)).toEqual(["dev@example.com"]);
  commitAs(rig.repo, rig.ann, { evil: "1" }, { message: "x" });
  gitIn(rig.repo, ["reset", "-q", "--soft", "HEAD^"]);
  gitIn(rig.repo, ["commit", "-q", "--amend", "--no-edit"], "ann@example.com");
  expect(await authorsOf(rig)).toEqual(["ann@example.com", "dev@example.com"]);
});

it("names those whose work is taken back by going to an older commit", async () => {
  const rig = await begun();
  const old = rig.commit({ one: "1" }, "dev@example.com");
  const late = rig.commit({ two: "1" }, "late@example.com");
  const approval = { people: 1, expires: 3600, signedCommits: false };
  await writeDelivered(rig.store, "prod", { infra: { commit: late, source: null, approval } });
  gitIn(rig.repo, ["checkout", "-q", old]);
  expect(await authorsOf(rig)).toEqual(["late@example.com"]);
});

it("knows an author by the key that signed, whatever the commit says", async () => {
  const rig = await begun();
  commitAs(rig.repo, { ...rig.bob, mail: "nobody@example.com" }, { one: "1" }, { signed: true });
  const refusal = await refusalFrom(rig.approve(rig.bob));
  expect([refusal.code, refusal.message]).toEqual([
    "E_APPROVAL_SELF",
    expect.stringMatching(/^bob@example.com made part of this change \(as sha256:/i),
  ]);
});

it("names who made what a release was built from, on whichever branch, and who built it", async () => {
  const rig = await begun();
  gitIn(rig.repo, ["checkout", "-q", "-b", "hidden"]);
  const source = rig.commit({ "app/main.mjs": "3" }, "ann@example.com");
  gitIn(rig.repo, ["checkout", "-q", "main"]);
  rig.release("r7", source, { builtBy: "Cat <cat@example.com>" });
  const releases = [{ service: "app", release: "r7" }];
  for (const who of [rig.ann, rig.cat])
    expect((await refusalFrom(rig.approve(who, { releases }))).code).toBe("E_APPROVAL_SELF");
  await rig.approve(rig.bob, { releases });
  rig.release("r8", "a".repeat(40));
  const gone = await refusalFrom(rig.proposal({ releases: [{ service: "app", release: "r8" }] }));
  expect([gone.code, gone.message]).toEqual(["E_COMMIT", expect.stringContaining("is not in this clone")]);
});

it("lets no author approve what is carried out again at her own commit: after drift, or once it was taken away", async () => {
  const rig = await begun();
  rig.commit({ one: "1" }, rig.ann);
  await rig.approve(rig.bob);
  await infraDone(rig.workspace(), (await rig.pass()) ?? null);
  rig.engine.state = "sha256:9";
  const { people, plan } = await rig.proposal();
  expect([plan.ranges, people.again]).toEqual([
    [{ part: "infra", base: plan.commit, head: plan.commit }],
    ["infra"],
  ]);
  expect((await refusalFrom(rig.approve(rig.ann))).code).toBe("E_APPROVAL_SELF");
  await rig.approve(rig.bob);
  expect(await rig.pass()).toMatchObject({ by: ["bob@example.com"] });
});

it("holds a release that is carried out again to who made it, and one that only gets another config to who made that", async () => {
  const rig = await begun();
  gitIn(rig.repo, ["checkout", "-q", "-b", "hidden"]);
  const source = rig.commit({ "app/main.mjs": "3" }, rig.ann);
  gitIn(rig.repo, ["checkout", "-q", "main"]);
  const commit = rig.commit({ one: "1" }, rig.bob);
  rig.release("r7", source);
  const scope = { infra: false, releases: [{ service: "app", release: "r7" }] };
  const approval = { people: 1, expires: 3600, signedCommits: true };
  await writeDelivered(rig.store, "prod", { "release app": { commit, source, approval } });
  const { people } = await rig.proposal(scope);
  expect([people.again, [...people.authors.values()].toSorted()]).toEqual([
    ["release app"],
    ["ann@example.com", "bob@example.com"],
  ]);
  // They were judged when they came.
  expect(people.unsigned).toEqual([]);
  rig.commit({ two: "1" }, rig.cat);
  const later = (await rig.proposal(scope)).people;
  expect([later.again, [...later.authors.values()]]).toEqual([[], ["cat@example.com"]]);
});

it("takes only signed commits where the description says so, whoever approves", async () => {
  const rig = await reviewRig("{ people: 0, signedCommits: true }");
  const unsigned = await refusalFrom(rig.pass());
  expect([unsigned.code, unsigned.details]).toEqual([
    "E_COMMIT_UNSIGNED",
    [gitIn(rig.repo, ["rev-parse", "HEAD"])],
  ]);
  const mallory = rig.people.person("mallory@example.com");
  commitAs(rig.repo, mallory, { one: "1" }, { signed: true });
  expect((await refusalFrom(rig.pass())).code).toBe("E_COMMIT_UNSIGNED");
  commitAs(rig.repo, rig.ann, { one: "2" }, { signed: true });
  await infraDone(rig.workspace(), (await rig.pass()) ?? null);
  // Pins are written by machines, and every plan tells them.
  commitAs(rig.repo, "surefoot@localhost", { "environments/releases/dev.json": "{}" });
  commitAs(rig.repo, rig.ann, { one: "3" }, { signed: true });
  expect(await rig.pass()).toMatchObject({ by: [] });
  // The key may sign approvals only.
  commitAs(
    rig.repo,
    rig.ann,
    { "environments/approvers": approverLine(rig.ann, 'namespaces="surefoot-approval"') },
    { signed: true },
  );
  expect((await refusalFrom(rig.pass())).code).toBe("E_COMMIT_UNSIGNED");
});

it("refuses where the clone cannot tell: cut off history, uncommitted files, an unknown base", async () => {
  const rig = await begun();
  const approval = { people: 1, expires: 3600, signedCommits: false };
  rig.commit({ "environments/prod.yaml": described() + "# more\n" });
  await writeDelivered(rig.store, "prod", { infra: { commit: "b".repeat(40), source: null, approval } });
  expect((await refusalFrom(rig.proposal())).code).toBe("E_COMMIT");
  commitAs(rig.repo, "dev@example.com");
  gitIn(rig.repo, ["rm", "-q", "--cached", "app/main.mjs"]);
  expect((await refusalFrom(rig.proposal())).code).toBe("E_COMMIT");
});
