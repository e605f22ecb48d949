// Tests of verbs that tell: what they return and throw stays, what is told follows what happened, and nothing else.
import { expect, test } from "vitest";
import type { UpResult } from "../../../pipelines/environment/up.ts";
import { Refusal } from "../../../pipelines/errors.ts";
import type { Notice } from "../../../pipelines/notify/notice.ts";
import { tellingRollback, tellingRollout, tellingUp } from "../../../pipelines/notify/telling.ts";
import type { Approved } from "../../../pipelines/review/change.ts";
import type { RollbackResult } from "../../../pipelines/rollback/deploy.ts";
import type { Progress } from "../../../pipelines/rollout/context.ts";
import type { DeployResult } from "../../../pipelines/rollout/deploy.ts";
import { aFleet, aPlan, aRequest } from "../../support/rollout.ts";

function rig() {
  const notices: Notice[] = [];
  const seen: string[] = [];
  const telling = {
    notifier: { tell: (notice: Notice) => void notices.push(notice) },
    environment: "prod",
    service: "app",
    tell: ({ type }: Progress) => void seen.push(type),
    change: ({ name }: { name: string }) => void seen.push(name),
  };
  return { telling, seen, kinds: () => notices.map(({ kind }) => kind), notices };
}

const plan = aPlan({ ...aRequest(10), environment: "prod" }, aFleet(10));
const begins: Progress = { type: "plan", plan, resumed: false };
const passes: Progress = {
  type: "verdict",
  number: 1,
  verdict: { verdict: "pass", reason: "no node failed", evidence: [] },
};
const deployed = {
  outcome: "deployed",
  reason: "all",
  evidence: [],
  touchedNodes: [],
  failedNodes: [],
  service: "app",
  release: "r2",
  previous: "r1",
  seconds: 1,
  plan,
} as unknown as DeployResult;
const ended = { deployed };
const refusal = (code: "E_FROZEN" | "E_LEASE_LOST" | "E_APPROVAL_MISSING") =>
  new Refusal(code, { what: "refused", state: "as it was", next: "later" });

test("a rollout is told from its beginning to its end; the steps go on to who watches", async () => {
  const { telling, kinds, seen } = rig();
  const result = await tellingRollout(telling, async (tell) => {
    for (const step of [begins, { type: "bake", number: 1, seconds: 1 } as const, passes]) tell(step);
    return ended;
  });
  expect(result).toBe(ended);
  expect([kinds(), seen]).toEqual([
    ["started", "wave", "done"],
    ["plan", "bake", "verdict"],
  ]);
});

test("who approved it is told before it begins, also where it then fails", async () => {
  const approved: Progress = { type: "approved", digest: `sha256:${"b".repeat(64)}`, by: ["ada"] };
  const { telling, kinds } = rig();
  const run = tellingRollout(telling, async (tell) => {
    for (const step of [approved, begins]) tell(step);
    throw refusal("E_LEASE_LOST");
  });
  await expect(run).rejects.toThrow("refused");
  expect(kinds()).toEqual(["approved", "started", "failed"]);
});

test("one that ends in its middle is told as failed, under the same cause, and thrown", async () => {
  const { telling, kinds, notices } = rig();
  const lost = refusal("E_LEASE_LOST");
  const run = tellingRollout(telling, async (tell) => {
    tell(begins);
    throw lost;
  });
  await expect(run).rejects.toBe(lost);
  expect(kinds()).toEqual(["started", "failed"]);
  expect(notices[1]).toMatchObject({
    cause: notices[0]?.cause,
    title: "prod: deploy app r2 failed: E_LEASE_LOST refused",
  });
});

test.each([
  ["E_FROZEN" as const, []],
  ["E_APPROVAL_MISSING" as const, ["waiting"]],
])("one that is refused with %s before it began: %j", async (code, told) => {
  const { telling, kinds } = rig();
  await expect(tellingRollout(telling, () => Promise.reject(refusal(code)))).rejects.toThrow("refused");
  await expect(tellingUp(telling, () => Promise.reject(refusal(code)))).rejects.toThrow("refused");
  expect(kinds()).toEqual([...told, ...told]);
});

test("a rollback is told when it has ended, well or not", async () => {
  const { telling, kinds } = rig();
  const result = {
    outcome: "rolled-back",
    touchedNodes: [],
    stuckNodes: [],
    seconds: 1,
  } as unknown as RollbackResult;
  expect(await tellingRollback(telling, async () => result)).toBe(result);
  const failed = tellingRollback(telling, async (tell) => {
    tell({ type: "rollback", nodes: [], release: null, reason: "r" });
    throw refusal("E_LEASE_LOST");
  });
  await expect(failed).rejects.toThrow("refused");
  expect(kinds()).toEqual(["rolled-back", "failed"]);
});

test("an up is told once something changes, with who approved it", async () => {
  const { telling, kinds, seen } = rig();
  const digest = `sha256:${"a".repeat(64)}`;
  const change = { op: "create" as const, type: "t", name: "app-01" };
  const changes = [change, { ...change, name: "app-02" }];
  const raised = {
    environment: "prod",
    changes,
    booted: [],
    failed: [],
    nodes: 2,
    seconds: 1,
  } as unknown as UpResult;
  await tellingUp(telling, async (told) => {
    const approved = { digest, acknowledged: [], by: ["ada"] } as unknown as Approved;
    told.approved(approved);
    for (const one of changes) told.change(one);
    return { ...raised, approved };
  });
  expect([kinds(), seen]).toEqual([
    ["approved", "started", "done"],
    ["app-01", "app-02"],
  ]);
  const quiet = rig();
  await tellingUp(quiet.telling, async () => ({ ...raised, changes: [], approved: null }));
  expect(quiet.kinds()).toEqual([]);
});
