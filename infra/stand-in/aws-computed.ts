// What AWS itself would fill in: arns, addresses, versions. Made up, and recognisable as such.
import { createHash } from "node:crypto";

type Inputs = Record<string, any>;

const account = "000000000000";
const region = "stand-in-1";

/** Outputs beyond the inputs, by type; every resource has an arn. `revision` counts the writes of it. */
export function computedOf(
  type: string,
  id: string,
  inputs: Inputs,
  revision: number,
): Record<string, unknown> {
  const service = type.split(":")[1]?.split("/")[0] ?? "";
  const arn = `arn:aws:${service}:${region}:${account}:${id}`;
  return { arn, id, ...byType[type]?.(id, inputs, revision) };
}

const byType: Record<string, (id: string, inputs: Inputs, revision: number) => Record<string, unknown>> = {
  "aws:acm/certificate:Certificate": (id, { domainName }) => ({
    domainValidationOptions: [
      {
        domainName,
        resourceRecordName: `_${hex(id)}.${domainName}`,
        resourceRecordType: "CNAME",
        resourceRecordValue: "stand-in.invalid",
      },
    ],
  }),
  "aws:ec2/launchTemplate:LaunchTemplate": (_id, _inputs, revision) => ({
    latestVersion: revision,
    defaultVersion: 1,
  }),
  "aws:ec2/eip:Eip": (id) => ({ allocationId: id, publicIp: "192.0.2.1" }),
  "aws:ec2/vpc:Vpc": (id) => ({
    defaultSecurityGroupId: `sg-${hex(id)}`,
    defaultRouteTableId: `rtb-${hex(id)}`,
    mainRouteTableId: `rtb-${hex(id)}`,
    defaultNetworkAclId: `acl-${hex(id)}`,
  }),
  "aws:ec2/vpcEndpoint:VpcEndpoint": (id) => ({ prefixListId: `pl-${hex(id)}` }),
  "aws:eks/cluster:Cluster": (_id, { name }) => ({
    endpoint: `https://${name}.eks.stand-in.invalid`,
    certificateAuthority: { data: Buffer.from("stand-in").toString("base64") },
  }),
  "aws:kms/key:Key": (id) => ({ keyId: id }),
  "aws:lb/loadBalancer:LoadBalancer": (id, { name }) => ({
    dnsName: `${name}.stand-in.invalid`,
    zoneId: "Z0STANDIN",
    arnSuffix: `app/${name}/${hex(id)}`,
  }),
  "aws:lb/targetGroup:TargetGroup": (id, { name }) => ({ arnSuffix: `targetgroup/${name}/${hex(id)}` }),
  "aws:rds/instance:Instance": (id, { identifier, engine, port }) => ({
    address: `${identifier}.stand-in.invalid`,
    endpoint: `${identifier}.stand-in.invalid:${port ?? (engine === "mysql" ? 3306 : 5432)}`,
    resourceId: `db-${hex(id).toUpperCase()}`,
    masterUserSecrets: [
      {
        secretArn: `arn:aws:secretsmanager:${region}:${account}:secret:rds-${identifier}`,
        secretStatus: "active",
      },
    ],
  }),
  "aws:s3/bucket:Bucket": (_id, { bucket }) => ({
    arn: `arn:aws:s3:::${bucket}`,
    bucketDomainName: `${bucket}.stand-in.invalid`,
    bucketRegionalDomainName: `${bucket}.stand-in.invalid`,
  }),
};

/** Properties whose change makes AWS replace the resource, as far as Surefoot's program sets them. */
export function isReplacing(type: string, key: string): boolean {
  if (replacing[type]?.includes(key)) return true;
  return ["name", "bucket", "identifier", "namePrefix"].includes(key);
}

const replacing: Record<string, string[]> = {
  "aws:ec2/launchTemplate:LaunchTemplate": [],
  "aws:ec2/securityGroup:SecurityGroup": ["vpcId", "description"],
  "aws:ec2/subnet:Subnet": ["availabilityZone", "cidrBlock", "vpcId"],
  "aws:ec2/vpc:Vpc": ["cidrBlock"],
  "aws:eks/cluster:Cluster": ["encryptionConfig", "roleArn", "bootstrapSelfManagedAddons"],
  "aws:eks/nodeGroup:NodeGroup": ["amiType", "capacityType", "nodeRoleArn", "subnetIds"],
  "aws:kms/key:Key": ["multiRegion", "keyUsage", "customerMasterKeySpec"],
  "aws:lb/loadBalancer:LoadBalancer": ["internal", "loadBalancerType"],
  "aws:lb/targetGroup:TargetGroup": ["port", "protocol", "vpcId", "targetType"],
  "aws:rds/instance:Instance": [
    "engine",
    "storageEncrypted",
    "kmsKeyId",
    "username",
    "dbSubnetGroupName",
    "replicateSourceDb",
  ],
  "aws:backup/vault:Vault": ["kmsKeyArn"],
};

const hex = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12);
