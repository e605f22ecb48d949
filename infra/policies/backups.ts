// Rule: backups are kept as long as the description promises, and a week at least under protection.
import { demand, notYetKnown, objects, standing, unjudgeable } from "./rule.ts";
import type { Finding, Inputs, Rule } from "./rule.ts";
import type { PolicyContext } from "./context.ts";
import { inCluster } from "./backups-cluster.ts";
import { kubernetesTypes } from "./kubernetes-kinds.ts";

const days = (value: unknown): number => (value === undefined || value === null ? 0 : Number(value));

function database(inputs: Inputs, context: PolicyContext): Finding[] {
  // The source of a copy is what gets backed up.
  if (inputs["replicateSourceDb"] !== undefined) return [];
  const least = context.leastDays.database;
  const now = days(inputs["backupRetentionPeriod"]);
  return demand(inputs, "backupRetentionPeriod", () => now >= least, {
    what: `the last ${now} days can be restored, ${least} are asked for`,
    mend: `set the database's retention to ${least}d or more`,
  });
}

function plan(inputs: Inputs, context: PolicyContext): Finding[] {
  const least = context.leastDays.backup;
  if (unjudgeable(inputs["rules"])) return [notYetKnown("rules")];
  return objects(inputs["rules"] ?? []).flatMap((rule, index) => {
    const places = [
      { path: `rules[${index}]`, lifecycle: rule["lifecycle"] },
      ...objects(rule["copyActions"] ?? []).map((copy, at) => ({
        path: `rules[${index}].copyActions[${at}]`,
        lifecycle: copy["lifecycle"],
      })),
    ];
    return places.flatMap(({ path, lifecycle }) => kept(`${path}.lifecycle.deleteAfter`, lifecycle, least));
  });
}

function kept(property: string, lifecycle: unknown, least: number): Finding[] {
  const after = objects(lifecycle ?? [])[0]?.["deleteAfter"];
  // Without an end a backup is kept for ever.
  if (after === undefined) return unjudgeable(lifecycle) ? [notYetKnown(property)] : [];
  if (unjudgeable(after)) return [notYetKnown(property)];
  if (days(after) >= least) return [];
  const what = `backups are kept ${days(after)} days, ${least} are asked for`;
  return [{ property, what, mend: `set the retention of backups to ${least}d or more` }];
}

export const backups: Rule = {
  code: "backups-short",
  what: "backups are kept as long as promised",
  check: standing({
    "aws:rds/instance:Instance": (inputs, _resource, context) => database(inputs, context),
    "aws:rds/cluster:Cluster": (inputs, _resource, context) => database(inputs, context),
    "aws:backup/plan:Plan": (inputs, _resource, context) => plan(inputs, context),
    [kubernetesTypes.database]: (inputs, _resource, context) => inCluster(inputs, context),
  }),
};
