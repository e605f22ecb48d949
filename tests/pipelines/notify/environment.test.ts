// Tests of what chats are told of an environment as a whole: plans, approvals, an up, what failed.
import { expect, test } from "vitest";
import type { UpResult } from "../../../pipelines/environment/up.ts";
import { Refusal } from "../../../pipelines/errors.ts";
import type { Approval } from "../../../pipelines/review/approval.ts";
import {
  noticeOfApproved,
  noticeOfFailure,
  noticeOfSigned,
  noticeOfUp,
  noticeOfWaiting,
  waitsForPeople,
} from "../../../pipelines/notify/environment.ts";

const digest = `sha256:${"a".repeat(64)}`;
const result = (change: Partial<UpResult> = {}): UpResult =>
  ({
    environment: "prod",
    changes: [],
    booted: [],
    failed: [],
    nodes: 5,
    seconds: 12.3,
    ...change,
  }) as UpResult;

test("a plan that waits, each signature and its beginning are one cause: the digest", () => {
  const refusal = new Refusal("E_APPROVAL_MISSING", {
    what: "prod needs 1 other person",
    state: "nothing was changed",
    next: "surefoot approve prod --reason '<why>'",
    details: [`now       ${digest}`, "authors   ada"],
  });
  expect(waitsForPeople(refusal)).toBe(true);
  const waiting = noticeOfWaiting("prod", refusal);
  const approved = noticeOfApproved("prod", digest, ["ada", "grace"]);
  const approval = { environment: "prod", digest, principal: "ada", reason: "resize" } as Approval;
  const signed = noticeOfSigned(approval, { agreed: 1, needed: 2 });
  expect([waiting.cause, signed.cause, approved.cause]).toEqual([digest, digest, digest]);
  expect([signed.kind, signed.title, signed.lines]).toEqual([
    "approved",
    `prod: ada signed the plan ${digest}`,
    ["why: resize", "agreed so far: 1, needed: 2"],
  ]);
  expect([waiting.kind, waiting.title]).toEqual([
    "waiting",
    "prod: a plan waits for approval: prod needs 1 other person",
  ]);
  expect(waiting.lines.at(-1)).toBe("Next: surefoot approve prod --reason '<why>'");
  expect(approved.title).toBe(`prod: begins the plan ${digest}, approved by ada, grace`);
});

test("an up that changed nothing is no news; one that did is counted", () => {
  expect(noticeOfUp(result())).toBeUndefined();
  const changes = ["create", "create", "update"].map((op) => ({ op: op as "create", type: "t", name: "n" }));
  expect(noticeOfUp(result({ changes, booted: [{ node: "app-01", release: "r1" }] }))).toMatchObject({
    kind: "done",
    title: "prod is up in 12 s: 2 create, 1 update, 1 node started",
  });
  expect(
    noticeOfUp(result({ failed: [{ service: "app", node: "app-01", reason: "unreachable" }] })),
  ).toMatchObject({
    kind: "failed",
    title: "prod is up in 12 s: nothing changed, 1 node failed",
    lines: ["failed: app-01: unreachable"],
  });
});

test("what failed is told with its code, what is true now and what comes next", () => {
  const refusal = new Refusal("E_ENGINE", {
    what: "it failed",
    state: "half is done",
    next: "surefoot up prod",
  });
  const about = { environment: "prod", what: "prod: up", cause: "up prod" };
  expect(noticeOfFailure(about, refusal)).toEqual({
    kind: "failed",
    environment: "prod",
    title: "prod: up failed: E_ENGINE it failed",
    lines: ["Now: half is done", "Next: surefoot up prod"],
    cause: "up prod",
  });
  expect(noticeOfFailure({ ...about, service: "app" }, new TypeError("x is null"))).toMatchObject({
    service: "app",
    title: "prod: up failed: E_BUG x is null",
  });
});
