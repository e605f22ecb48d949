// What is said with `approve`: releases, the reason, and which plan is meant when nobody is at the terminal.
import { expect, it } from "vitest";
import { confirmed, goodReason, namedRelease } from "../../../pipelines/review/order.ts";
import type { ChangePlan } from "../../../pipelines/review/change.ts";
import { refusalFrom, refusalOf } from "../../support/refusal.ts";

const digest = `sha256:${"1".repeat(64)}`;
const plan = { environment: "prod", infra: true, resources: [] as unknown, releases: [] as unknown };
const proposal = { digest, plan: plan as ChangePlan };
const nobody = { digest: undefined, yes: false, ask: undefined };
const confirm = (given: Partial<Parameters<typeof confirmed>[1]>) =>
  confirmed(proposal, { ...nobody, ...given });

it("reads a release with or without its name, and nothing else", () => {
  expect(namedRelease("server=r2.1")).toEqual({ service: "server", release: "r2.1" });
  expect(namedRelease("server")).toEqual({ service: "server" });
  for (const text of ["", "=r2", "server=", "server=--force", "../x=r1", "server=r2\n", "Server=r2"])
    expect([text, refusalOf(() => namedRelease(text)).code]).toEqual([text, "E_USAGE"]);
});

it("takes a reason of one plain line", () => {
  expect(goodReason("  looked at the diff ")).toBe("looked at the diff");
  for (const text of [undefined, "", "ok", "a\nb c", "red\u001b[31m text", "abc\u202edef", "x".repeat(501)])
    expect(refusalOf(() => goodReason(text)).code).toBe("E_USAGE");
});

it("says what a reason lacks, and what was not done", () => {
  const told = (text: string | undefined, what?: "revocation") => {
    const { message, state } = refusalOf(() => goodReason(text, what));
    return [message, state];
  };
  expect(told("me")).toEqual(["the reason is too short: 3 characters or more", "nothing was approved"]);
  expect(told(undefined)).toEqual(["an approval needs a reason", "nothing was approved"]);
  expect(told(" ", "revocation")).toEqual(["a revocation needs a reason", "nothing was revoked"]);
});

it("names the way to the same plan, with what it is of", async () => {
  const releases = [{ service: "app", from: null, to: "r2+1", digest: "", content: "" }];
  const of = (change: Partial<ChangePlan>) =>
    confirmed(
      { ...proposal, plan: { ...proposal.plan, releases: [], ...change } },
      { ...nobody, digest: other },
    );
  const other = `sha256:${"2".repeat(64)}`;
  const next = async (change: Partial<ChangePlan>) => (await refusalFrom(of(change))).next;
  expect(await next({ infra: true })).toBe("surefoot approve prod --infra-only --plan shows it as it is now");
  expect(await next({ infra: false, releases })).toBe(
    "surefoot approve prod --release app=r2 --releases-only --plan shows it as it is now",
  );
  const no = confirmed(
    { ...proposal, plan: { ...proposal.plan, releases } },
    { ...nobody, ask: async () => false },
  );
  expect((await refusalFrom(no)).next).toBe("surefoot approve prod --release app=r2 --reason '<why>'");
});

it("signs without a person only what is named by its digest", async () => {
  await confirm({ digest });
  expect((await refusalFrom(confirm({}))).next).toContain(`--digest ${digest}`);
  for (const other of [`sha256:${"2".repeat(64)}`, "../../etc/passwd", "\u001b[2J", ""])
    expect((await refusalFrom(confirm({ digest: other, yes: true, ask: async () => true }))).code).toBe(
      "E_APPROVAL_VOID",
    );
});

it("asks at a terminal, and a no is a no", async () => {
  const asked: string[] = [];
  const answer = (yes: boolean) => async (message: string) => asked.push(message) > 0 && yes;
  await confirm({ ask: answer(true) });
  expect((await refusalFrom(confirm({ ask: answer(false) }))).code).toBe("E_INTERRUPTED");
  await confirm({ yes: true, ask: answer(false) });
  expect(asked).toEqual(Array.from({ length: 2 }, () => "Approve this plan for prod?"));
});
