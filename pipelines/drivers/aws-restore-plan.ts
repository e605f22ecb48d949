// What a restore of a database asks of AWS: always a new place beside the old one, as closed as the old one. Pure.
import type { DBInstance } from "@aws-sdk/client-rds";
import { printable } from "../ledger/printable.ts";
import { Refusal } from "../errors.ts";

/** From what: a snapshot, a moment (milliseconds since 1970), or the last moment that can be had. */
export type RestorePoint = { snapshot: string } | { at: number } | "latest";

export interface RestoreWish {
  /** Identifier of the database whose data, network and settings are used. */
  source: string;
  /** Identifier of the new one. */
  target: string;
  from: RestorePoint;
  /** Whether the new one refuses to be deleted. */
  protect: boolean;
  tags?: Record<string, string>;
}

const state = "Nothing was restored; every database is as it was.";

/** Refuses E_RESTORE_TARGET for a target that is the source, or that is no identifier. */
export function checkTarget({ source, target }: Pick<RestoreWish, "source" | "target">): void {
  if (target === source) throw targetTaken(target);
  // What RDS takes: letters, digits, single hyphens, at most 63, a letter first.
  if (/^[a-z](?:-?[a-z0-9])*$/.test(target) && target.length <= 63) return;
  throw new Refusal("E_RESTORE_TARGET", {
    what: `${printable(target)} cannot be the name of a database`,
    state,
    next: "Choose lower-case letters, digits and single hyphens, a letter first, at most 63 characters.",
  });
}

/** E_RESTORE_TARGET: there is a database of that name. */
export const targetTaken = (target: string, cause?: unknown) =>
  new Refusal(
    "E_RESTORE_TARGET",
    {
      what: `a restore goes to a new place only, and there is a database ${printable(target)} already`,
      state,
      next: "Choose a name that is free; putting it in place of the old one is a step of its own.",
    },
    { cause },
  );

/** Refuses E_RESTORE_POINT for a moment outside of what the source keeps. AWS says so too, but only later. */
export function checkMoment(source: DBInstance, at: number): void {
  const { BackupRetentionPeriod: days = 0, InstanceCreateTime: made, LatestRestorableTime: latest } = source;
  const end = latest?.getTime() ?? Infinity;
  const start = Math.max(made?.getTime() ?? 0, end === Infinity ? 0 : end - days * 86_400_000);
  if (days > 0 && at >= start && at <= end) return;
  const iso = (time: number) => new Date(time).toISOString();
  const kept = `it keeps ${iso(start)} to ${end === Infinity ? "now" : iso(end)}`;
  throw new Refusal("E_RESTORE_POINT", {
    what: `${source.DBInstanceIdentifier} cannot be restored to ${iso(at)}: ${days > 0 ? kept : "it keeps no backups"}`,
    state,
    next: "Choose a moment within that, or a snapshot.",
  });
}

/** What both kinds of restore ask for: the network, rights and settings of the source, and no way in from outside. */
export function restoreRequest(source: DBInstance, { target, protect, tags = {} }: RestoreWish) {
  // Left out, AWS would take the default security group and parameters of the account.
  const [parameters] = source.DBParameterGroups ?? [];
  const subnets = source.DBSubnetGroup?.DBSubnetGroupName;
  const groups = (source.VpcSecurityGroups ?? []).flatMap(({ VpcSecurityGroupId: id }) => id ?? []);
  return {
    DBInstanceIdentifier: target,
    DBInstanceClass: source.DBInstanceClass,
    PubliclyAccessible: false,
    MultiAZ: false,
    CopyTagsToSnapshot: true,
    DeletionProtection: protect,
    ...(subnets !== undefined && { DBSubnetGroupName: subnets }),
    ...(groups.length > 0 && { VpcSecurityGroupIds: groups }),
    ...(parameters?.DBParameterGroupName !== undefined && {
      DBParameterGroupName: parameters.DBParameterGroupName,
    }),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  };
}
