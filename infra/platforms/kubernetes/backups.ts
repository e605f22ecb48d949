// Backups of the database: its log as it is written, and all of it once a day, in an object store.
import type * as pulumi from "@pulumi/pulumi";
import type { Description } from "../../../environments/shape.ts";
import type { Context } from "./context.ts";
import { customObject, scheduledBackupKind } from "./custom-object.ts";
import type { Wanted } from "./database-instances.ts";
import { DATABASE } from "./database-names.ts";

/** The part of the Cluster that says where backups go; undefined where the description names no place. */
export function backupOf(description: Description, { retention }: Wanted): object | undefined {
  const place = description.kubernetes.backups;
  if (place === undefined) return undefined;
  // One of the two promises is "any moment of these days", the other "a backup of these days": both are kept.
  const days = Math.max(retention, description.backup.retention);
  return {
    retentionPolicy: `${days}d`,
    target: "prefer-standby",
    barmanObjectStore: {
      destinationPath: place.destination,
      ...(place.endpoint === undefined ? {} : { endpointURL: place.endpoint }),
      // Two environments may name the same place: each writes below its own name.
      serverName: description.name,
      s3Credentials: {
        accessKeyId: { name: place.secret, key: "ACCESS_KEY_ID" },
        secretAccessKey: { name: place.secret, key: "ACCESS_SECRET_KEY" },
      },
      wal: { compression: "gzip", maxParallel: 4 },
      data: { compression: "gzip" },
    },
  };
}

/** Declares the daily backup, the first one at once. */
export function scheduledBackup(context: Context, cluster: pulumi.Resource): void {
  const spec = {
    cluster: { name: DATABASE },
    method: "barmanObjectStore",
    // Six fields: the first are the seconds.
    schedule: "0 0 5 * * *",
    immediate: true,
    backupOwnerReference: "self",
  };
  const options = { ...context.options, dependsOn: [cluster] };
  customObject(context, scheduledBackupKind, context.metadata(DATABASE), spec, options);
}
