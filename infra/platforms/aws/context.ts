// What every noun of the AWS program is given: the description, its provider, and the one way to name and to tag.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Description } from "../../../environments/shape.ts";
import { physicalName } from "./names.ts";
import { defaultTags, tagsOf } from "./tags.ts";
import type { Tags } from "./tags.ts";

export interface Context {
  description: Description;
  region: string;
  /** `aws`, or the name of a part of AWS that is separate by law. */
  partition: string;
  /** For every resource. */
  options: pulumi.CustomResourceOptions;
  /** For resources that hold what cannot be made again. */
  stateful: pulumi.CustomResourceOptions;
  /** `surefoot-<environment>-<noun>`, cut to the limit. */
  name: (noun: string, limit?: number) => string;
  tags: (name: string, more?: Tags) => Tags;
}

/** Declares the provider. It is explicit, so that no setting of a shell sends a plan to another account or region. */
export function awsContext(description: Description): Context {
  const { region, name } = description;
  const provider = providerFor(description, "aws", region);
  return {
    description,
    region,
    partition: partitionOf(region),
    options: { provider },
    stateful: { provider, protect: description.protection },
    name: (noun, limit) => physicalName(name, noun, limit),
    tags: (noun, more) => tagsOf(description, noun, more),
  };
}

/** The same context in another region, such as the one that gets copies of backups. */
export function contextIn(context: Context, name: string, region: string): Context {
  const provider = providerFor(context.description, name, region);
  const { protection } = context.description;
  return { ...context, region, options: { provider }, stateful: { provider, protect: protection } };
}

function providerFor(description: Description, name: string, region: string): aws.Provider {
  return new aws.Provider(name, {
    region: region as aws.Region,
    ...(description.account === undefined ? {} : { allowedAccountIds: [description.account] }),
    defaultTags: { tags: defaultTags(description) },
  });
}

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
