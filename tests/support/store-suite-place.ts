// A place in a bucket as one word, so that it can be handed to another process.
import type { Place } from "../../pipelines/drivers/store-s3-reach.ts";

/** `s3://bucket/prefix/?region=eu-central-1` */
export const wordFor = ({ bucket, region, prefix }: Place): string =>
  `s3://${bucket}/${prefix}?region=${region}`;

export function placeIn(word: string): Place {
  const url = new URL(word);
  return {
    bucket: url.hostname,
    prefix: url.pathname.slice(1),
    region: url.searchParams.get("region") ?? "",
  };
}
