// Backups of a database inside a cluster: somewhere outside of it, on a schedule, kept as long as promised.
import type { PolicyContext } from "./context.ts";
import { kubernetesTypes as types } from "./kubernetes-kinds.ts";
import { isObject, notYetKnown, unjudgeable } from "./rule.ts";
import type { Finding, Inputs } from "./rule.ts";

const fieldsOf = (value: unknown): Inputs => (isObject(value) ? value : {});
const daysIn: Record<string, number> = { d: 1, w: 7, m: 30 };

/** Without protection a database may do without: a dev environment has no object store. */
export function inCluster(inputs: Inputs, context: PolicyContext): Finding[] {
  const spec = fieldsOf(inputs["spec"]);
  const backup = spec["backup"];
  if (unjudgeable(inputs["spec"]) || unjudgeable(backup)) return [notYetKnown("spec.backup")];
  const level = context.protection ? ("mandatory" as const) : ("advisory" as const);
  const store = storeOf(inputs, context);
  if (store !== undefined)
    return [...kept(store, "spec.plugins", context), ...unscheduled(inputs, context, level)];
  if (!isObject(backup) || backup["barmanObjectStore"] === undefined)
    return [
      {
        property: "spec.backup",
        what: "the database is backed up nowhere",
        mend: "say where backups go: kubernetes.backups of the description",
        level,
      },
    ];
  return [...kept(backup, "spec.backup.retentionPolicy", context), ...unscheduled(inputs, context, level)];
}

/** What the plugin that archives the log says of its backups, in an object of its own; nothing where that is not in sight. */
function storeOf(inputs: Inputs, { ofType }: PolicyContext): Inputs | undefined {
  const { plugins } = fieldsOf(inputs["spec"]);
  const plugin = (Array.isArray(plugins) ? plugins : []).map(fieldsOf).find((one) => one["isWALArchiver"]);
  if (plugin === undefined) return undefined;
  const { namespace } = fieldsOf(inputs["metadata"]);
  const named = fieldsOf(plugin["parameters"])["barmanObjectName"];
  const store = ofType(types.objectStore).find(({ new: one }) => {
    const metadata = fieldsOf(one?.["metadata"]);
    return metadata["name"] === named && metadata["namespace"] === namespace;
  });
  return fieldsOf(store?.new?.["spec"]);
}

function kept({ retentionPolicy }: Inputs, property: string, { leastDays }: PolicyContext): Finding[] {
  // Without an end a backup is kept for ever.
  if (retentionPolicy === undefined || retentionPolicy === null) return [];
  if (unjudgeable(retentionPolicy)) return [notYetKnown(property)];
  const [, count = "0", unit = "d"] = /^(\d+)([dwm])$/.exec(String(retentionPolicy)) ?? [];
  const days = Number(count) * (daysIn[unit] ?? 1);
  if (days >= leastDays.database) return [];
  const what = `the last ${days} days can be restored, ${leastDays.database} are asked for`;
  return [{ property, what, mend: `set the database's retention to ${leastDays.database}d or more` }];
}

function unscheduled(inputs: Inputs, { ofType }: PolicyContext, level: "mandatory" | "advisory"): Finding[] {
  const { name, namespace } = fieldsOf(inputs["metadata"]);
  const scheduled = ofType(types.scheduledBackup).some(({ new: backup }) => {
    const spec = fieldsOf(backup?.["spec"]);
    const there = fieldsOf(backup?.["metadata"])["namespace"] === namespace;
    return there && fieldsOf(spec["cluster"])["name"] === name && spec["suspend"] !== true;
  });
  if (scheduled) return [];
  const mend = "add a ScheduledBackup for it";
  return [{ property: "spec.backup", what: "no schedule makes a backup of the database", mend, level }];
}
