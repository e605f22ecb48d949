// The database: encrypted, unreachable from outside, restorable to any moment; nobody is told its password.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Description } from "../../../environments/shape.ts";
import type { Context } from "./context.ts";
import { engineVersionOf, familyOf, logsOf, parametersOf } from "./database-parameters.ts";
import { firstPassword } from "./database-password.ts";
import type { Firewall } from "./firewall.ts";
import type { Network } from "./network.ts";
import { tagKeys } from "./tags.ts";

type Wanted = NonNullable<Description["database"]>;

export interface Database {
  wanted: Wanted;
  primary: aws.rds.Instance;
  /** The copy for queries, where there is one. */
  replica: aws.rds.Instance | undefined;
  subnets: aws.rds.SubnetGroup;
}

const GIB = 2 ** 30;
// RDS takes no more.
const MOST_GIB = 65_536;

/** Declares it, with its replica; undefined where the description wants none. */
export function database(
  context: Context,
  network: Network,
  firewall: Firewall,
  key: aws.kms.Key,
): Database | undefined {
  const { description, options, stateful } = context;
  const wanted = description.database;
  if (wanted === undefined) return undefined;
  const subnets = new aws.rds.SubnetGroup(
    "database",
    {
      name: context.name("database"),
      subnetIds: network.databaseSubnets.map(({ id }) => id),
      tags: context.tags("database"),
    },
    options,
  );
  const common = {
    ...shared(context, wanted, firewall),
    parameterGroupName: parameterGroup(context, wanted).name,
  };
  const gib = Math.ceil(wanted.storage / GIB);
  const maxAllocatedStorage = Math.min(MOST_GIB, gib * 2);
  const primary = new aws.rds.Instance(
    "database",
    {
      ...common,
      identifier: context.name("database"),
      engine: wanted.engine,
      // The minor version is chosen and kept up to date by RDS; a new major one comes from the description alone.
      engineVersion: engineVersionOf(wanted),
      allowMajorVersionUpgrade: true,
      dbName: "surefoot",
      username: "surefoot",
      ...firstPassword(wanted.replica, key),
      storageType: "gp3",
      allocatedStorage: gib,
      maxAllocatedStorage,
      kmsKeyId: key.arn,
      dbSubnetGroupName: subnets.name,
      multiAz: wanted.multiZone,
      backupRetentionPeriod: wanted.retention,
      backupWindow: "02:00-02:30",
      // Kept when the database goes, like the last snapshot: whoever removes it by mistake loses nothing.
      deleteAutomatedBackups: false,
      skipFinalSnapshot: false,
      // The network's id is another one each time that the environment is made: the last snapshot of the time before stays.
      finalSnapshotIdentifier: pulumi.interpolate`${context.name("database-final")}-${network.vpc.id}`,
      tags: context.tags("database", { [tagKeys.backup]: description.name }),
    },
    { ...stateful, ignoreChanges: ["password"] },
  );
  const replica = wanted.replica
    ? new aws.rds.Instance(
        "replica",
        {
          ...common,
          identifier: context.name("replica"),
          replicateSourceDb: primary.identifier,
          storageType: "gp3",
          maxAllocatedStorage,
          // A copy of what the primary holds: nothing is lost with it.
          skipFinalSnapshot: true,
          tags: context.tags("replica"),
        },
        // Its engine and its space follow the primary's.
        { ...options, ignoreChanges: ["engineVersion", "allocatedStorage"] },
      )
    : undefined;
  return { wanted, primary, replica, subnets };
}

function shared(
  { description }: Context,
  wanted: Wanted,
  firewall: Firewall,
): Omit<aws.rds.InstanceArgs, "tags"> {
  return {
    instanceClass: wanted.machine,
    vpcSecurityGroupIds: [firewall.database.id],
    publiclyAccessible: false,
    storageEncrypted: true,
    copyTagsToSnapshot: true,
    deletionProtection: description.protection,
    autoMinorVersionUpgrade: true,
    maintenanceWindow: "sun:03:00-sun:04:00",
    // A restart of a protected database waits for its window.
    applyImmediately: !description.protection,
    performanceInsightsEnabled: insights(wanted),
    enabledCloudwatchLogsExports: logsOf(wanted),
    iamDatabaseAuthenticationEnabled: true,
  };
}

// MySQL has them on no small class.
function insights({ engine, machine }: Wanted): boolean {
  return engine === "postgres" || !/\.(micro|small)$/.test(machine);
}

function parameterGroup(context: Context, wanted: Wanted): aws.rds.ParameterGroup {
  const family = familyOf(wanted);
  return new aws.rds.ParameterGroup(
    "database",
    {
      // By family: the next major version gets its own group beside the old one.
      name: context.name(`database-${family.replaceAll(".", "-")}`),
      family,
      description: "Time limits and logs",
      parameters: parametersOf(wanted),
      tags: context.tags("database"),
    },
    context.options,
  );
}
