// Where logs go: the balancer's into a bucket, archived and deleted in time; those of services into a log group each.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { privateBucket } from "./bucket.ts";
import type { PrivateBucket } from "./bucket.ts";
import type { Context } from "./context.ts";
import { logGroupName } from "./names.ts";
import type { Network } from "./network.ts";
import { onMachines } from "./runs.ts";

// CloudWatch takes only these.
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** The least number of days that CloudWatch takes and that is enough. */
export function retentionDays(days: number): number {
  return retentions.find((each) => each >= days) ?? 3653;
}

/** Declares the bucket for access logs. The balancer writes only to buckets encrypted by S3's own key. */
export function logBucket(context: Context, { account }: Network): PrivateBucket {
  const { retention, archiveAfter } = context.description.logs;
  return privateBucket(context, "logs", {
    rules: [
      {
        id: "age",
        status: "Enabled",
        filter: {},
        ...(archiveAfter < retention
          ? { transitions: [{ days: archiveAfter, storageClass: "GLACIER_IR" }] }
          : {}),
        expiration: { days: retention },
        noncurrentVersionExpiration: { noncurrentDays: 7 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ],
    statements: (bucket) => [
      {
        Sid: "BalancerWrites",
        Effect: "Allow",
        Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
        Action: ["s3:PutObject"],
        Resource: pulumi.interpolate`${bucket}/balancer/AWSLogs/${account}/*`,
      },
    ],
  });
}

/** Declares a log group for each service on machines. */
export function logGroups(context: Context): Map<string, aws.cloudwatch.LogGroup> {
  const { name, logs } = context.description;
  return new Map(
    onMachines(context.description).map(({ name: service }) => [
      service,
      new aws.cloudwatch.LogGroup(
        service,
        {
          name: logGroupName(name, service),
          retentionInDays: retentionDays(logs.retention),
          tags: context.tags(service),
        },
        context.options,
      ),
    ]),
  );
}
