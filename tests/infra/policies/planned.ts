// Makes planned resources as the engine tells them, and holds one rule or all against them.
import type { PlannedResource } from "../../../infra/planned.ts";
import { policyContext } from "../../../infra/policies/context.ts";
import type { PolicyOptions } from "../../../infra/policies/context.ts";
import { checkPolicies } from "../../../infra/policies/index.ts";
import type { Violation } from "../../../infra/policies/index.ts";
import type { Rule } from "../../../infra/policies/rule.ts";

export const types = {
  attachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  block: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  bucket: "aws:s3/bucket:Bucket",
  bucketPolicy: "aws:s3/bucketPolicy:BucketPolicy",
  database: "aws:rds/instance:Instance",
  encryption: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  group: "aws:autoscaling/group:Group",
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  key: "aws:kms/key:Key",
  plan: "aws:backup/plan:Plan",
  role: "aws:iam/role:Role",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  secret: "aws:secretsmanager/secret:Secret",
  securityGroup: "aws:ec2/securityGroup:SecurityGroup",
  template: "aws:ec2/launchTemplate:LaunchTemplate",
  topic: "aws:sns/topic:Topic",
  vault: "aws:backup/vault:Vault",
};

/** A new resource; `more` makes it another operation. */
export function planned(
  type: string,
  name: string,
  inputs: Record<string, unknown>,
  more: Partial<PlannedResource> = {},
): PlannedResource {
  const urn = `urn:pulumi:prod::surefoot::${type}::${name}`;
  return { urn, type, name, op: "create", old: null, new: inputs, protect: false, replaceKeys: [], ...more };
}

/** One that goes. */
export const deleted = (type: string, name: string, old: Record<string, unknown> = {}): PlannedResource =>
  planned(type, name, {}, { op: "delete", old, new: null });

export const prod = { protection: true, database: undefined, backup: backup(35) };
export const dev = { protection: false, database: undefined, backup: backup(3) };

function backup(retention: number) {
  return { retention, lock: false, restoreTest: "off" as const };
}

/** What a rule finds in a plan of prod, each as `level property`; ` unknown` where it could not be judged. */
export function found(
  rule: Rule,
  resources: PlannedResource[],
  options: PolicyOptions & { of?: typeof prod | typeof dev } = {},
): string[] {
  return violations(rule, resources, options).map(
    ({ level, property, unknown }) => `${level} ${property}${unknown ? " unknown" : ""}`,
  );
}

export function violations(
  rule: Rule,
  resources: PlannedResource[],
  { of = prod, ...options }: PolicyOptions & { of?: typeof prod | typeof dev } = {},
): Violation[] {
  return checkPolicies(resources, policyContext(of, resources, options), [rule]);
}
