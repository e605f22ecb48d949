// Rule: everything that can carry tags says whose it is; without them costs and leftovers belong to nobody.
import type { PlannedResource } from "../planned.ts";
import { labelKeys } from "../platforms/kubernetes/labels.ts";
import { releaseType } from "../platforms/kubernetes/ids.ts";
import { isObject, notYetKnown, objects, unjudgeable } from "./rule.ts";
import type { Finding, Rule } from "./rule.ts";

export const requiredTags = ["surefoot:project", "surefoot:environment", "surefoot:owner", "surefoot:name"];

/** Types that take tags and cost money or hold data; any other is judged only where it has tags. */
const taggable = new Set([
  "aws:autoscaling/group:Group",
  "aws:backup/plan:Plan",
  "aws:backup/vault:Vault",
  "aws:ec2/instance:Instance",
  "aws:ec2/launchTemplate:LaunchTemplate",
  "aws:ec2/natGateway:NatGateway",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/subnet:Subnet",
  "aws:ec2/vpc:Vpc",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:ebs/volume:Volume",
  "aws:iam/role:Role",
  "aws:kms/key:Key",
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:lb/targetGroup:TargetGroup",
  "aws:rds/instance:Instance",
  "aws:s3/bucket:Bucket",
  "aws:secretsmanager/secret:Secret",
  "aws:sns/topic:Topic",
]);

/** Names of the tags, from either way of writing them: an object, or a list of key and value. */
function names(tags: unknown): string[] {
  if (Array.isArray(tags)) return objects(tags).map(({ key }) => String(key));
  return isObject(tags) ? Object.keys(tags) : [];
}

function missing({ type, new: inputs }: PlannedResource): Finding[] {
  const tags = inputs?.["tags"];
  if (!type.startsWith("aws:") || (tags === undefined && !taggable.has(type))) return [];
  if (unjudgeable(tags)) return [notYetKnown("tags")];
  const there = new Set(names(tags));
  const absent = requiredTags.filter((name) => !there.has(name));
  if (absent.length === 0) return [];
  return [{ property: "tags", what: `without ${absent.join(", ")}`, mend: "use the platform's tags for it" }];
}

/** Labels that every object of a cluster carries: by them an environment is found, and told from its neighbours. */
export const requiredLabels = [labelKeys.managedBy, labelKeys.environment];

function unlabelled({ type, new: inputs }: PlannedResource): Finding[] {
  // A chart has no labels of its own, and a component is no object.
  if (type === releaseType || inputs?.["apiVersion"] === undefined) return [];
  const metadata = inputs?.["metadata"];
  const labels = isObject(metadata) ? metadata["labels"] : metadata;
  const property = "metadata.labels";
  if (unjudgeable(labels)) return [notYetKnown(property)];
  const there = new Set(names(labels));
  const absent = requiredLabels.filter((name) => !there.has(name));
  if (absent.length === 0) return [];
  return [{ property, what: `without ${absent.join(", ")}`, mend: "use the platform's labels for it" }];
}

export const tags: Rule = {
  code: "tags-missing",
  what: "everything says whose it is",
  check: (resource) => {
    if (resource.new === null || resource.op === "read") return [];
    return resource.type.startsWith("kubernetes:") ? unlabelled(resource) : missing(resource);
  },
};
