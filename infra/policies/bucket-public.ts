// Rule: no bucket can be read from the internet, now or by a later mistake.
import { demand, isTrue, standing } from "./rule.ts";
import type { Finding, Inputs, Rule } from "./rule.ts";

const blocks = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

const list = (inputs: Inputs): Finding[] =>
  demand(inputs, "acl", (acl) => !/^(public-|authenticated-read)/.test(String(acl ?? "")), {
    what: `the bucket's list lets strangers in (${String(inputs["acl"])})`,
    mend: "leave acl out",
  });

export const bucketPublic: Rule = {
  code: "bucket-public",
  what: "every bucket blocks public access",
  check: standing({
    "aws:s3/bucketAcl:BucketAcl": list,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": (inputs) =>
      blocks.flatMap((property) =>
        demand(inputs, property, isTrue, {
          what: `${property} is off`,
          mend: `set ${property}: true`,
        }),
      ),
    "aws:s3/bucket:Bucket": (inputs, resource, context) => {
      const type = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
      if (context.aboutBucket(resource, type)) return list(inputs);
      const missing = {
        property: "bucket",
        what: "nothing blocks public access to the bucket",
        mend: "add a BucketPublicAccessBlock for it, with all four true",
      };
      return [...list(inputs), missing];
    },
  }),
};
