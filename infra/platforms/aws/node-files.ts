// The node's script in the artifact bucket, under its digest: user data names it, and a machine checks what it got.
import * as aws from "@pulumi/aws";
import type { Context } from "./context.ts";
import { nodeScript } from "./node-start.ts";

/** Declares the object. Not packed into user data: what a packer makes differs by machine, and would replace every node. */
export function nodeFile(context: Context, bucket: aws.s3.Bucket): aws.s3.BucketObjectv2 {
  const { text, digest } = nodeScript();
  return new aws.s3.BucketObjectv2(
    "node-script",
    { bucket: bucket.bucket, key: `node/${digest}.sh`, content: text, tags: context.tags("node-script") },
    context.options,
  );
}
