// Which id AWS gives a resource that is named by us: what an interrupted update made can be found again by it.

type Inputs = Record<string, unknown>;

// By type: the input that is the id. From the import section of each resource in the provider's documentation.
const idInput: Record<string, string> = {
  "aws:autoscaling/group:Group": "name",
  "aws:autoscaling/lifecycleHook:LifecycleHook": "name",
  "aws:autoscaling/policy:Policy": "name",
  "aws:autoscaling/schedule:Schedule": "scheduledActionName",
  "aws:backup/vault:Vault": "name",
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration": "backupVaultName",
  "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
  "aws:cloudwatch/logGroup:LogGroup": "name",
  "aws:cloudwatch/metricAlarm:MetricAlarm": "name",
  "aws:eks/cluster:Cluster": "name",
  "aws:iam/instanceProfile:InstanceProfile": "name",
  "aws:iam/role:Role": "name",
  "aws:kms/alias:Alias": "name",
  "aws:rds/instance:Instance": "identifier",
  "aws:rds/parameterGroup:ParameterGroup": "name",
  "aws:rds/subnetGroup:SubnetGroup": "name",
  "aws:s3/bucket:Bucket": "bucket",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "bucket",
  "aws:s3/bucketPolicy:BucketPolicy": "bucket",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "bucket",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": "bucket",
  "aws:s3/bucketVersioning:BucketVersioning": "bucket",
  "aws:ssm/parameter:Parameter": "name",
};

// By type: the inputs whose values make up the id.
const partsOf: Record<string, string[]> = {
  "aws:eks/accessEntry:AccessEntry": ["clusterName", "principalArn"],
  "aws:eks/addon:Addon": ["clusterName", "addonName"],
};

/** The id that these inputs lead to; undefined for types whose ids AWS makes up. */
export function idFromInputs(type: string, inputs: Inputs): string | undefined {
  if (type === "aws:iam/rolePolicy:RolePolicy") return `${text(inputs["role"])}:${text(inputs["name"])}`;
  const parts = partsOf[type]?.map((key) => text(inputs[key]));
  if (parts !== undefined) return parts.includes("") ? undefined : parts.join(":");
  const value = inputs[idInput[type] ?? ""];
  return typeof value === "string" ? value : undefined;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
