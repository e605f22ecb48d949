// A private bucket, whatever it holds: closed to the public, versioned, encrypted, reached over TLS only.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "./context.ts";
import { bucketName } from "./names.ts";
import { policyJson } from "./policy.ts";
import type { Statement } from "./policy.ts";
import type { Tags } from "./tags.ts";

export interface BucketWanted {
  /** Encrypts it; the key of S3 itself where left out. */
  key?: aws.kms.Key;
  rules: aws.types.input.s3.BucketLifecycleConfigurationRule[];
  /** Who else may do what; `bucket` is its ARN. */
  statements?: (bucket: pulumi.Output<string>) => Statement[];
  tags?: Tags;
}

export interface PrivateBucket {
  bucket: aws.s3.Bucket;
  /** To be waited for by those who are let in by it. */
  policy: aws.s3.BucketPolicy;
}

/** Declares the bucket and everything that closes it. */
export function privateBucket(context: Context, name: string, wanted: BucketWanted): PrivateBucket {
  const { description, options, stateful } = context;
  const bucket = new aws.s3.Bucket(
    name,
    {
      ...bucketName(description.name, name, description.account),
      // S3 deletes no bucket that holds anything: an environment that comes and goes could not go.
      forceDestroy: !description.protection,
      tags: context.tags(name, wanted.tags),
    },
    stateful,
  );
  const of = { bucket: bucket.id };
  new aws.s3.BucketVersioning(name, { ...of, versioningConfiguration: { status: "Enabled" } }, options);
  new aws.s3.BucketOwnershipControls(
    name,
    { ...of, rule: { objectOwnership: "BucketOwnerEnforced" } },
    options,
  );
  const encryption = wanted.key
    ? { sseAlgorithm: "aws:kms", kmsMasterKeyId: wanted.key.arn }
    : { sseAlgorithm: "AES256" };
  new aws.s3.BucketServerSideEncryptionConfiguration(
    name,
    { ...of, rules: [{ applyServerSideEncryptionByDefault: encryption, bucketKeyEnabled: true }] },
    options,
  );
  new aws.s3.BucketLifecycleConfiguration(name, { ...of, rules: wanted.rules }, options);
  const closed = new aws.s3.BucketPublicAccessBlock(
    name,
    {
      ...of,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    options,
  );
  const policy = new aws.s3.BucketPolicy(
    name,
    { ...of, policy: policyJson([tlsOnly(bucket.arn), ...(wanted.statements?.(bucket.arn) ?? [])]) },
    // S3 refuses two changes of a bucket's access at once.
    { ...options, dependsOn: closed },
  );
  return { bucket, policy };
}

function tlsOnly(bucket: pulumi.Output<string>): Statement {
  return {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:*"],
    Resource: [bucket, pulumi.interpolate`${bucket}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
