// Tests of the report of drift: what differs, what may, what was not looked at; hostile names without effect, no secret.
import { expect, test } from "vitest";
import type { Change } from "../../../pipelines/preview/plan.ts";
import type { DriftLook } from "../../../pipelines/drift/document.ts";
import { driftText, headline } from "../../../pipelines/drift/report.ts";

const change = (more: Partial<Change> = {}): Change => ({
  op: "update",
  type: "aws:rds/instance:Instance",
  name: "database",
  urn: "urn",
  protect: true,
  stateful: true,
  forcedBy: [],
  properties: [{ path: "allocatedStorage", kind: "changed", before: 100, after: 120, forces: false }],
  ...more,
});
type Looked = Extract<DriftLook, { verdict: "drifted" | "clean" }>;
const look = (more: Partial<Looked> = {}): Looked => ({
  environment: "prod",
  verdict: "drifted",
  seconds: 3,
  drifted: [change()],
  ignored: [],
  stale: [],
  ...more,
});

test("what differs is told with each property, what was ours and what is there", () => {
  const gone = change({
    op: "delete",
    name: "bucket",
    type: "aws:s3/bucket:Bucket",
    properties: [],
    protect: false,
  });
  expect(driftText(look({ drifted: [change(), gone] }))).toEqual([
    "prod: 2 resources differ from the description",
    "~   drift database (aws:rds/instance): protected",
    "      allocatedStorage: 100 -> 120",
    "-   GONE bucket (aws:s3/bucket): HELD DATA",
    "Next: surefoot up prod puts it back; where it should stay, put it into environments/prod.yaml, or under drift.ignore there",
  ]);
});

test("what is ignored and what is stale is told with reason and owner", () => {
  const owned = { reason: "grows", owner: "team data" };
  const clean = look({
    verdict: "clean",
    drifted: [],
    ignored: [
      { name: "database", type: "aws:rds/instance:Instance", property: "allocatedStorage", ...owned },
    ],
    stale: [{ resource: "queue", property: "*", ...owned }],
  });
  expect(driftText(clean)).toEqual([
    "prod: no drift, 1 ignored",
    "ignored database (aws:rds/instance) allocatedStorage: grows (team data)",
    "stale   drift.ignore queue *: matched nothing this time: grows (team data)",
  ]);
});

test("a look that failed says that nobody knows", () => {
  const error = {
    code: "E_AWS_CREDENTIALS" as const,
    what: "no credentials",
    state: "nothing was changed",
    next: "sign in",
  };
  const failed: DriftLook = { environment: "prod", verdict: "failed", error };
  expect(driftText(failed)).toEqual([
    "prod: FAILED, nobody knows whether it has drifted: E_AWS_CREDENTIALS no credentials",
    "  now: nothing was changed",
    "  next: sign in",
  ]);
  expect(headline(failed)).toBe("prod: could not be looked at for drift: E_AWS_CREDENTIALS");
  expect(driftText({ environment: "prod", verdict: "not-up" })).toHaveLength(1);
});

test("hostile names and reasons have no effect, and no secret is told", () => {
  const evil = "x\u001B[2J\u202E\nGONE";
  const lines = driftText(
    look({
      drifted: [change({ name: evil, properties: [] })],
      ignored: [{ name: evil, type: evil, property: evil, reason: `password=canary ${evil}`, owner: evil }],
      stale: [{ resource: evil, property: evil, reason: "token: canary-canary", owner: evil }],
    }),
  );
  expect(lines.join("")).not.toMatch(/[\p{Cc}\u202E]/u);
  expect(lines.join("")).not.toContain("canary");
  expect(lines).toContain("      no input differs: a secret, or the provider's own view of it");
});
