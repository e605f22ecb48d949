// Snapshots of a database on RDS, and restores that only ever land beside it.
import type { DBInstance, RDSClient } from "@aws-sdk/client-rds";
import { Refusal } from "../errors.ts";
import { rdsClient } from "./aws-clients.ts";
import { awsCode, onAws } from "./aws-failure.ts";
import { checkMoment, checkTarget, restoreRequest, targetTaken } from "./aws-restore-plan.ts";
import type { RestoreWish } from "./aws-restore-plan.ts";
import { systemClock } from "./clock.ts";
import type { Clock } from "./clock.ts";

export interface AwsDatabase {
  /** Takes a snapshot of that name and waits until it is whole. Its ARN. */
  snapshot: (source: string, name: string, signal?: AbortSignal) => Promise<string>;
  /** Restores to the wish's target and waits until it can be reached. Refuses E_RESTORE_TARGET, E_RESTORE_POINT. */
  restore: (wish: RestoreWish, signal?: AbortSignal) => Promise<DBInstance>;
  /** Undefined where there is none of that identifier. */
  find: (identifier: string) => Promise<DBInstance | undefined>;
  close: () => void;
}

const pollSeconds = 15;
// A snapshot or a restore of terabytes takes hours.
const limitSeconds = 12 * 3600;

/** Databases of one region. Every operation also refuses what `awsFailure` refuses. */
export async function openAwsDatabase(region: string, clock: Clock = systemClock): Promise<AwsDatabase> {
  const rds = await import("@aws-sdk/client-rds");
  const client = await rdsClient(region);
  const reach = { rds, client, clock };
  return {
    find: (identifier) => find(reach, identifier),
    snapshot: (source, name, signal) => snapshot(reach, { source, name, signal }),
    restore: (wish, signal) => restore(reach, wish, signal),
    close: () => client.destroy(),
  };
}

interface Reach {
  rds: typeof import("@aws-sdk/client-rds");
  client: RDSClient;
  clock: Clock;
}

const untouched = "No database was changed.";

function find({ rds, client }: Reach, identifier: string): Promise<DBInstance | undefined> {
  return onAws({ doing: `looking at the database ${identifier}`, state: untouched }, async () => {
    try {
      const asked = new rds.DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier });
      return (await client.send(asked)).DBInstances?.[0];
    } catch (error) {
      if (/^DBInstanceNotFound(Fault)?$/.test(awsCode(error) ?? "")) return undefined;
      throw error;
    }
  });
}

interface SnapshotWish {
  source: string;
  name: string;
  signal: AbortSignal | undefined;
}

async function snapshot(reach: Reach, { source, name, signal }: SnapshotWish): Promise<string> {
  const { rds, client } = reach;
  const ids = { DBInstanceIdentifier: source, DBSnapshotIdentifier: name };
  const deed = { doing: `taking the snapshot ${name} of ${source}`, state: untouched };
  await onAws(deed, () => client.send(new rds.CreateDBSnapshotCommand(ids)));
  return onAws({ ...deed, state: "The snapshot was begun; AWS goes on with it." }, async () => {
    const ask = async () => {
      const asked = new rds.DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: name });
      return (await client.send(asked)).DBSnapshots?.[0];
    };
    const done = await until(reach, { what: `the snapshot ${name}`, ask, signal });
    return done.DBSnapshotArn ?? name;
  });
}

async function restore(reach: Reach, wish: RestoreWish, signal?: AbortSignal): Promise<DBInstance> {
  const { rds, client } = reach;
  const { target, protect } = wish;
  checkTarget(wish);
  const source = await find(reach, wish.source);
  if (source === undefined) throw noSource(wish.source);
  if ((await find(reach, target)) !== undefined) throw targetTaken(target);
  await begin(reach, source, wish);
  const ask = () => find(reach, target);
  const what = `the restored database ${target}`;
  await until(reach, { what, ask, signal });
  const state = `${target} is restored and takes connections; whether it may be deleted is not set yet.`;
  // Said again on its own: a restore does not always heed what it was told about deletion.
  const change = { DBInstanceIdentifier: target, DeletionProtection: protect, ApplyImmediately: true };
  await onAws({ doing: `setting the protection of ${target}`, state }, () =>
    client.send(new rds.ModifyDBInstanceCommand(change)),
  );
  return until(reach, { what, ask, signal, also: (found) => found.DeletionProtection === protect });
}

async function begin({ rds, client }: Reach, source: DBInstance, wish: RestoreWish): Promise<void> {
  const { target, from } = wish;
  const common = restoreRequest(source, wish);
  if (typeof from === "object" && "at" in from) checkMoment(source, from.at);
  await onAws({ doing: `restoring ${wish.source} to ${target}`, state: untouched }, async () => {
    try {
      if (typeof from === "object" && "snapshot" in from) {
        const request = { ...common, DBSnapshotIdentifier: from.snapshot };
        return await client.send(new rds.RestoreDBInstanceFromDBSnapshotCommand(request));
      }
      const when = from === "latest" ? { UseLatestRestorableTime: true } : { RestoreTime: new Date(from.at) };
      const request = { ...pointInTime(common), ...when, SourceDBInstanceIdentifier: wish.source };
      return await client.send(new rds.RestoreDBInstanceToPointInTimeCommand(request));
    } catch (error) {
      if (awsCode(error)?.startsWith("DBInstanceAlreadyExists")) throw targetTaken(target, error);
      throw error;
    }
  });
}

function pointInTime({ DBInstanceIdentifier, ...rest }: ReturnType<typeof restoreRequest>) {
  return { ...rest, TargetDBInstanceIdentifier: DBInstanceIdentifier };
}

interface Wait<T> {
  what: string;
  ask: () => Promise<T | undefined>;
  signal?: AbortSignal | undefined;
  also?: (found: T) => boolean;
}

/** Asks until it is available; E_AWS where it failed, or is not there in time. */
async function until<T extends { Status?: string | undefined } | { DBInstanceStatus?: string | undefined }>(
  { clock }: Reach,
  { what, ask, signal, also = () => true }: Wait<T>,
): Promise<T> {
  const end = clock.now() + limitSeconds * 1000;
  for (;;) {
    const found = await ask();
    const status = statusOf(found);
    if (found !== undefined && status === "available" && also(found)) return found;
    if (/^(failed|incompatible|restore-error|storage-full|deleting)/.test(status) || clock.now() > end)
      throw notAvailable(what, status);
    await clock.sleep(pollSeconds, signal);
  }
}

function statusOf(
  found: { Status?: string | undefined } | { DBInstanceStatus?: string | undefined } | undefined,
) {
  if (found === undefined) return "missing";
  return (
    ("DBInstanceStatus" in found ? found.DBInstanceStatus : undefined) ??
    ("Status" in found ? found.Status : undefined) ??
    "unknown"
  );
}

const notAvailable = (what: string, status: string) =>
  new Refusal("E_AWS", {
    what: `${what} does not become available: AWS calls it ${status}`,
    state: "It was left as it is; the database that it comes from was not touched.",
    next: "Look at its events in the RDS console, delete it there, then run the same command again.",
  });

const noSource = (source: string) =>
  new Refusal("E_RESTORE_POINT", {
    what: `there is no database ${source} to restore from`,
    state: untouched,
    next: "Check the name and the region; `surefoot status` tells the database of an environment.",
  });
