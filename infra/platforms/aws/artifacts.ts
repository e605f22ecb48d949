// Where releases are kept by digest, and the pins that new nodes boot on.
import type * as aws from "@pulumi/aws";
import { privateBucket } from "./bucket.ts";
import type { PrivateBucket } from "./bucket.ts";
import type { Context } from "./context.ts";
import { tagKeys } from "./tags.ts";

/** Declares the bucket. An artifact itself never expires: any release that a ledger names can be brought back. */
export function artifacts(context: Context, key: aws.kms.Key): PrivateBucket {
  return privateBucket(context, "artifacts", {
    key,
    tags: { [tagKeys.backup]: context.description.name },
    rules: [
      {
        id: "old-versions",
        status: "Enabled",
        filter: {},
        noncurrentVersionExpiration: { noncurrentDays: 90 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ],
  });
}
