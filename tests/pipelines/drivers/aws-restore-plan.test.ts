// What may be restored where: a new place only, from a moment that is kept.
import { expect, test } from "vitest";
import { checkMoment, checkTarget, restoreRequest } from "../../../pipelines/drivers/aws-restore-plan.ts";
import { refusalOf } from "../../support/refusal.ts";

const day = 86_400_000;
const latest = Date.UTC(2026, 5, 30);
const source = {
  DBInstanceIdentifier: "one",
  DBInstanceClass: "db.t4g.medium",
  BackupRetentionPeriod: 7,
  InstanceCreateTime: new Date(latest - 100 * day),
  LatestRestorableTime: new Date(latest),
  DBSubnetGroup: { DBSubnetGroupName: "subnets" },
  VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-1" }],
  DBParameterGroups: [{ DBParameterGroupName: "limits" }],
};

test("the last moments that are kept can be restored, nothing before or after", () => {
  for (const at of [latest, latest - 7 * day]) expect(() => checkMoment(source, at)).not.toThrow();
  for (const at of [latest + 1, latest - 7 * day - 1, 0])
    expect(refusalOf(() => checkMoment(source, at)).code).toBe("E_RESTORE_POINT");
  const young = { ...source, InstanceCreateTime: new Date(latest - day) };
  expect(refusalOf(() => checkMoment(young, latest - 2 * day)).message).toContain("2026-06-29");
  const none = refusalOf(() => checkMoment({ ...source, BackupRetentionPeriod: 0 }, latest));
  expect(none.message).toContain("keeps no backups");
});

test.each(["one", "1a", "a--b", "a-", "A", "a b", "", "a".repeat(64), "a;b", "a\u001B[2J"])(
  "%j is no new place",
  (target) => {
    expect(refusalOf(() => checkTarget({ source: "one", target })).code).toBe("E_RESTORE_TARGET");
  },
);

test("a new name will do", () => {
  for (const target of ["two", "surefoot-prod-2026-06-30", "a".repeat(63)])
    expect(() => checkTarget({ source: "one", target })).not.toThrow();
});

test("the new one has the old one's network and limits, and no way in from outside", () => {
  const asked = restoreRequest(source, {
    source: "one",
    target: "two",
    from: "latest",
    protect: true,
    tags: { a: "b" },
  });
  expect(asked).toEqual({
    DBInstanceIdentifier: "two",
    DBInstanceClass: "db.t4g.medium",
    PubliclyAccessible: false,
    MultiAZ: false,
    CopyTagsToSnapshot: true,
    DeletionProtection: true,
    DBSubnetGroupName: "subnets",
    VpcSecurityGroupIds: ["sg-1"],
    DBParameterGroupName: "limits",
    Tags: [{ Key: "a", Value: "b" }],
  });
});
