// Which resources hold something that cannot be made again: data, keys, backups.
import type { PlannedResource } from "../planned.ts";
import { kubernetesTypes } from "./kubernetes-kinds.ts";

const types = new Set([
  "aws:backup/vault:Vault",
  "aws:dynamodb/table:Table",
  "aws:ebs/volume:Volume",
  "aws:efs/fileSystem:FileSystem",
  "aws:kms/key:Key",
  "aws:rds/cluster:Cluster",
  "aws:rds/instance:Instance",
  "aws:s3/bucket:Bucket",
  "aws:secretsmanager/secret:Secret",
  kubernetesTypes.claim,
  kubernetesTypes.database,
  // With it goes all that is in it, and what people put there by hand, such as keys for backups.
  kubernetesTypes.namespace,
  kubernetesTypes.statefulSet,
]);

/** A copy of a database for queries holds nothing of its own. */
export const isReplica = ({ type, old, new: wanted }: PlannedResource): boolean =>
  type === "aws:rds/instance:Instance" && Boolean((old ?? wanted)?.["replicateSourceDb"]);

export const isStateful = (resource: PlannedResource): boolean =>
  types.has(resource.type) && !isReplica(resource);
