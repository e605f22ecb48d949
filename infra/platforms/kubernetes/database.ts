// The database, kept by CloudNativePG: encrypted on the wire, restorable to any moment, with a standby where that is wanted.
import type * as kubernetes from "@pulumi/kubernetes";
import { backupPlugins, objectStore, scheduledBackup } from "./backups.ts";
import type { Context } from "./context.ts";
import { clusterKind, customObject } from "./custom-object.ts";
import { instancesOf } from "./database-instances.ts";
import type { Wanted } from "./database-instances.ts";
import { CATALOG, DATABASE } from "./database-names.ts";
import { parametersOf } from "./database-parameters.ts";
import { labelKeys } from "./labels.ts";
import { bytesText, coresText, millicores } from "./quantities.ts";

/** Declares the Cluster and its daily backups. */
export function database(context: Context, wanted: Wanted): kubernetes.apiextensions.CustomResource {
  const { description, metadata, stateful } = context;
  const instances = instancesOf(wanted);
  const memory = bytesText(wanted.resources.memory);
  const plugins = backupPlugins(description);
  const store = objectStore(context, wanted);
  const cluster = customObject(
    context,
    clusterKind,
    metadata(DATABASE),
    {
      description: `Database of ${description.name}`,
      instances,
      imageCatalogRef: {
        apiGroup: "postgresql.cnpg.io",
        kind: "ClusterImageCatalog",
        name: CATALOG,
        // A minor version would be taken for a way back once the list has gone on.
        major: Number(wanted.version.split(".", 1)[0]),
      },
      bootstrap: { initdb: { database: "surefoot", owner: "surefoot" } },
      enableSuperuserAccess: false,
      // With a single instance the operator's budget would keep its machine from ever being emptied.
      enablePDB: instances > 1 || description.protection,
      primaryUpdateStrategy: "unsupervised",
      primaryUpdateMethod: instances > 1 ? "switchover" : "restart",
      postgresql: {
        parameters: parametersOf(wanted),
        pg_hba: ["hostnossl all all all reject"],
        ...durability(wanted),
      },
      storage: {
        size: bytesText(wanted.storage),
        ...(description.kubernetes.storageClass === undefined
          ? {}
          : { storageClass: description.kubernetes.storageClass }),
      },
      resources: {
        requests: { cpu: coresText(millicores(wanted.resources.cpu)), memory },
        limits: { memory },
      },
      ...placement(wanted, instances),
      ...(plugins === undefined ? {} : { plugins }),
    },
    store === undefined ? stateful : { ...stateful, dependsOn: [store] },
  );
  if (store !== undefined) scheduledBackup(context, cluster);
  return cluster;
}

// A standby that takes over has all that was promised; where it is away, the primary goes on alone.
function durability({ multiZone }: Wanted): object {
  return multiZone ? { synchronous: { method: "any", number: 1, dataDurability: "preferred" } } : {};
}

// Never two on one machine; in different zones where one is there to outlive a zone.
function placement({ multiZone }: Wanted, instances: number): object {
  if (instances === 1) return {};
  const affinity = {
    enablePodAntiAffinity: true,
    podAntiAffinityType: "required",
    topologyKey: "kubernetes.io/hostname",
  };
  const zones = {
    maxSkew: 1,
    topologyKey: labelKeys.zone,
    whenUnsatisfiable: multiZone ? "DoNotSchedule" : "ScheduleAnyway",
    nodeTaintsPolicy: "Honor",
    labelSelector: { matchLabels: { [labelKeys.database]: DATABASE } },
  };
  return { affinity, topologySpreadConstraints: [zones] };
}
