// What a workflow may do to roles: make those of the environment, each below the boundary; and never widen its own rights.
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "./context.ts";
import type { Statement } from "./policy.ts";

export interface WriteScope {
  account: pulumi.Input<string>;
  boundary: pulumi.Input<string>;
  /** ARNs of the roles that workflows take. */
  workflows: pulumi.Input<string>[];
  provider: pulumi.Input<string>;
}

// Needs the boundary on the role that it is done to.
const roles = [
  "AttachRolePolicy",
  "CreateRole",
  "DeleteRolePolicy",
  "DetachRolePolicy",
  "PutRolePermissionsBoundary",
  "PutRolePolicy",
];
const aroundRoles = [
  "AddRoleToInstanceProfile",
  "CreateInstanceProfile",
  "DeleteInstanceProfile",
  "DeleteRole",
  "RemoveRoleFromInstanceProfile",
  "TagInstanceProfile",
  "TagRole",
  "UntagInstanceProfile",
  "UntagRole",
  "UpdateAssumeRolePolicy",
  "UpdateRole",
  "UpdateRoleDescription",
];
const passedTo = ["ec2", "backup", "restore-testing.backup", "chatbot", "rds", "eks", "pods.eks"].map(
  (service) => `${service}.amazonaws.com`,
);

const of = (actions: string[]): string[] => actions.map((action) => `iam:${action}`);

/** Statements of the write role about other roles, and about itself. */
export function roleRights(context: Context, scope: WriteScope): Statement[] {
  const { partition } = context;
  const iam = (kind: string): pulumi.Output<string> =>
    pulumi.interpolate`arn:${partition}:iam::${scope.account}:${kind}/${context.name("*")}`;
  return [
    {
      Effect: "Allow",
      Action: of(roles),
      Resource: iam("role"),
      Condition: { StringEquals: { "iam:PermissionsBoundary": scope.boundary } },
    },
    { Effect: "Allow", Action: of(aroundRoles), Resource: [iam("role"), iam("instance-profile")] },
    {
      Effect: "Allow",
      Action: ["iam:PassRole"],
      Resource: iam("role"),
      Condition: { StringEquals: { "iam:PassedToService": passedTo } },
    },
    {
      Effect: "Allow",
      Action: ["iam:CreateServiceLinkedRole"],
      Resource: pulumi.interpolate`arn:${partition}:iam::${scope.account}:role/aws-service-role/*`,
    },
    ...ownRightsStay(scope),
  ];
}

// A workflow that could widen its own rights would have all rights. What is denied here is up to the account's owner.
function ownRightsStay({ boundary, workflows, provider }: WriteScope): Statement[] {
  const change = [...of([...roles, ...aroundRoles]), "iam:DeleteRolePermissionsBoundary", "iam:PassRole"];
  return [
    {
      Effect: "Deny",
      Action: change.filter((action) => !action.includes("InstanceProfile")),
      Resource: workflows,
    },
    { Effect: "Deny", Action: ["iam:DeleteRolePermissionsBoundary"], Resource: "*" },
    {
      Effect: "Deny",
      Action: of(["CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "SetDefaultPolicyVersion"]),
      Resource: boundary,
    },
    {
      Effect: "Deny",
      Action: of([
        "AddClientIDToOpenIDConnectProvider",
        "DeleteOpenIDConnectProvider",
        "UpdateOpenIDConnectProviderThumbprint",
      ]),
      Resource: provider,
    },
  ];
}
