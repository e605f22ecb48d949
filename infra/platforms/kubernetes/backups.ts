// Backups of the database: its log as it is written, and all of it once a day, in an object store, by CloudNativePG's own plugin.
import type * as pulumi from "@pulumi/pulumi";
import type { Description } from "../../../environments/shape.ts";
import type { Context } from "./context.ts";
import { customObject, objectStoreKind, scheduledBackupKind } from "./custom-object.ts";
import type { Wanted } from "./database-instances.ts";
import { DATABASE } from "./database-names.ts";
import { bytesText } from "./quantities.ts";

const PLUGIN = "barman-cloud.cloudnative-pg.io";

/** What the plugin's container takes beside each instance. A base backup was seen to need 254 MiB for a database of 38 MB. */
export const BACKUP_RESOURCES = { cpu: "100m", memory: 512 * 2 ** 20 };

/** The part of the Cluster that says who keeps its log; undefined where the description names no place. */
export function backupPlugins({ name, kubernetes }: Description): object[] | undefined {
  if (kubernetes.backups === undefined) return undefined;
  // Two environments may name the same place: each writes below its own name.
  const parameters = { barmanObjectName: DATABASE, serverName: name };
  return [{ name: PLUGIN, isWALArchiver: true, parameters }];
}

/** Declares the place of the backups; undefined where the description names none. Must be there before the Cluster. */
export function objectStore(context: Context, { retention }: Wanted): pulumi.Resource | undefined {
  const { description, metadata } = context;
  const place = description.kubernetes.backups;
  if (place === undefined) return undefined;
  // One of the two promises is "any moment of these days", the other "a backup of these days": both are kept.
  const days = Math.max(retention, description.backup.retention);
  const { cpu, memory } = BACKUP_RESOURCES;
  return customObject(context, objectStoreKind, metadata(DATABASE), {
    retentionPolicy: `${days}d`,
    configuration: {
      destinationPath: place.destination,
      ...(place.endpoint === undefined ? {} : { endpointURL: place.endpoint }),
      s3Credentials: {
        accessKeyId: { name: place.secret, key: "ACCESS_KEY_ID" },
        secretAccessKey: { name: place.secret, key: "ACCESS_SECRET_KEY" },
      },
      wal: { compression: "gzip", maxParallel: 2 },
      data: { compression: "gzip" },
    },
    // The namespace's own default would end it in the middle of a backup.
    instanceSidecarConfiguration: {
      resources: { requests: { cpu, memory: bytesText(memory) }, limits: { memory: bytesText(memory) } },
    },
  });
}

/** Declares the daily backup, the first one at once. */
export function scheduledBackup(context: Context, cluster: pulumi.Resource): void {
  const spec = {
    cluster: { name: DATABASE },
    method: "plugin",
    pluginConfiguration: { name: PLUGIN },
    // Six fields: the first are the seconds.
    schedule: "0 0 5 * * *",
    immediate: true,
    backupOwnerReference: "self",
  };
  const options = { ...context.options, dependsOn: [cluster] };
  customObject(context, scheduledBackupKind, context.metadata(DATABASE), spec, options);
}
