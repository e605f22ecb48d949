// The one place where clients of AWS are made: which region, how often a call is tried again, how long it may take.

/**
 * Settings of every client. Credentials come from where AWS's own tools find them (environment, profile, single
 * sign-on, role of the machine); AWS_ENDPOINT_URL is honoured by the clients themselves.
 */
function settings(region: string) {
  return {
    region,
    retryMode: "standard",
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
  };
}

/** Behind an endpoint of one's own there is no name for each bucket. */
export const behindEndpoint = (env: NodeJS.ProcessEnv = process.env): boolean =>
  (env["AWS_ENDPOINT_URL_S3"] ?? env["AWS_ENDPOINT_URL"] ?? "") !== "";

// Each library takes a while to load, and most verbs need none of them: hence the imports inside.
/** A client of S3 in this region, such as `eu-central-1`. Destroy it after use; the same holds for the others. */
export async function s3Client(region: string) {
  const { S3Client } = await import("@aws-sdk/client-s3");
  return new S3Client({ ...settings(region), forcePathStyle: behindEndpoint() });
}

/** A client of STS: who we are. */
export async function stsClient(region: string) {
  const { STSClient } = await import("@aws-sdk/client-sts");
  return new STSClient(settings(region));
}

/** A client of Auto Scaling: groups and their instances. */
export async function autoScalingClient(region: string) {
  const { AutoScalingClient } = await import("@aws-sdk/client-auto-scaling");
  return new AutoScalingClient(settings(region));
}

/** A client of EC2: instances, images, networks. */
export async function ec2Client(region: string) {
  const { EC2Client } = await import("@aws-sdk/client-ec2");
  return new EC2Client(settings(region));
}

/** A client of Elastic Load Balancing: target groups and their health. */
export async function balancerClient(region: string) {
  const { ElasticLoadBalancingV2Client } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  return new ElasticLoadBalancingV2Client(settings(region));
}

/** A client of RDS: databases and their snapshots. */
export async function rdsClient(region: string) {
  const { RDSClient } = await import("@aws-sdk/client-rds");
  return new RDSClient(settings(region));
}

/** A client of SNS: topics that people listen to. */
export async function snsClient(region: string) {
  const { SNSClient } = await import("@aws-sdk/client-sns");
  return new SNSClient(settings(region));
}

/** A client of KMS: keys. */
export async function kmsClient(region: string) {
  const { KMSClient } = await import("@aws-sdk/client-kms");
  return new KMSClient(settings(region));
}

/** A client of the tagging API: everything that carries a tag. */
export async function taggingClient(region: string) {
  const { ResourceGroupsTaggingAPIClient } = await import("@aws-sdk/client-resource-groups-tagging-api");
  return new ResourceGroupsTaggingAPIClient(settings(region));
}

/** A client of Service Quotas: what the account may have. */
export async function quotasClient(region: string) {
  const { ServiceQuotasClient } = await import("@aws-sdk/client-service-quotas");
  return new ServiceQuotasClient(settings(region));
}
