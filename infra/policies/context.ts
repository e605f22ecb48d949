// What rules measure a plan against: the description's promises, the quota, what was acknowledged, and the plan's other resources.
import type { Description } from "../../environments/shape.ts";
import type { PlannedResource } from "../planned.ts";
import { aboutBuckets } from "./buckets.ts";
import type { AboutBucket } from "./buckets.ts";
import { defaultQuota } from "./quota.ts";
import type { Quota } from "./quota.ts";

/** An environment under protection keeps backups at least this long, whatever its description says. */
const LEAST_DAYS_PROTECTED = 7;

export interface PolicyContext {
  /** Nothing stateful goes without being named. */
  protection: boolean;
  /** Days that backups must be kept, at least. */
  leastDays: { database: number; backup: number };
  quota: Quota;
  /** Names or URNs of stateful resources whose end was asked for. */
  acknowledged: readonly string[];
  resources: readonly PlannedResource[];
  /** Resources of a type, looked up and not searched: plans hold thousands. */
  ofType: (type: string) => readonly PlannedResource[];
  aboutBucket: AboutBucket;
}

export interface PolicyOptions {
  quota?: Partial<Quota>;
  acknowledged?: readonly string[];
}

/** The context of one plan. Reads each resource once. */
export function policyContext(
  description: Pick<Description, "protection" | "database" | "backup">,
  resources: readonly PlannedResource[],
  { quota, acknowledged = [] }: PolicyOptions = {},
): PolicyContext {
  const { protection, database, backup } = description;
  const least = protection ? LEAST_DAYS_PROTECTED : 1;
  const types = Map.groupBy(resources, ({ type }) => type);
  const ofType = (type: string): readonly PlannedResource[] => types.get(type) ?? [];
  return {
    protection,
    leastDays: {
      database: Math.max(least, database?.retention ?? 0),
      backup: Math.max(least, backup.retention),
    },
    quota: { ...defaultQuota, ...quota },
    acknowledged,
    resources,
    ofType,
    aboutBucket: aboutBuckets(ofType),
  };
}
