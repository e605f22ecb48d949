// Which workflows of GitHub may look at this environment, and which may change it. They carry no keys: each run is given a session.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Context } from "./context.ts";
import { limits } from "./names.ts";
import type { Network } from "./network.ts";
import { policyJson } from "./policy.ts";
import { readRights } from "./read-rights.ts";
import { writeRights } from "./write-rights.ts";

const ISSUER = "token.actions.githubusercontent.com";
// A preview is over in minutes; a rollout may wait for players in each of its waves. The workflow asks for as long as it needs.
const SESSION_SECONDS = { preview: 3600, write: 4 * 3600 };

/** Subjects of the tokens that may look, and of those that may change it. GitHub can be told to write them in another way. */
export function subjects({ description }: Context): { preview: string[]; write: string[] } {
  const { review, name } = description;
  return {
    // Pull requests, and jobs of main: drift looks at night.
    preview: review?.previewSubjects ?? [
      `repo:${review?.repository}:pull_request`,
      `repo:${review?.repository}:ref:refs/heads/main`,
    ],
    write: review?.writeSubjects ?? [`repo:${review?.repository}:environment:${name}`],
  };
}

export interface Workflows {
  /** Looks. */
  preview: aws.iam.Role;
  /** Changes, deploys, rolls back. */
  write: aws.iam.Role;
}

/** Declares the OIDC provider and the two roles; undefined where the description names no repository. */
export function access(
  context: Context,
  { account }: Network,
  boundary: aws.iam.Policy,
): Workflows | undefined {
  const { description, options } = context;
  const { review } = description;
  if (review === undefined) return undefined;
  const provider =
    review.provider === "create"
      ? new aws.iam.OpenIdConnectProvider(
          "github",
          { url: `https://${ISSUER}`, clientIdLists: ["sts.amazonaws.com"], tags: context.tags("github") },
          options,
        ).arn
      : review.provider;
  const { preview, write } = subjects(context);
  const reader = workflowRole(context, "preview", provider, preview);
  const writer = workflowRole(context, "write", provider, write);
  inline(context, "preview", reader, policyJson(readRights(context, false)));
  const scope = { account, boundary: boundary.arn, workflows: [reader.arn, writer.arn], provider };
  inline(
    context,
    "write",
    writer,
    policyJson([...readRights(context, true), ...writeRights(context, scope)]),
  );
  return { preview: reader, write: writer };
}

function workflowRole(
  context: Context,
  name: keyof typeof SESSION_SECONDS,
  provider: pulumi.Input<string>,
  subjectsAllowed: string[],
): aws.iam.Role {
  return new aws.iam.Role(
    name,
    {
      name: context.name(name, limits.role),
      description: `Workflows that ${name === "preview" ? "look at" : "change"} ${context.description.name}`,
      maxSessionDuration: SESSION_SECONDS[name],
      assumeRolePolicy: policyJson([
        {
          Effect: "Allow",
          Principal: { Federated: provider },
          Action: ["sts:AssumeRoleWithWebIdentity"],
          Condition: {
            StringEquals: { [`${ISSUER}:aud`]: "sts.amazonaws.com" },
            StringLike: { [`${ISSUER}:sub`]: subjectsAllowed },
          },
        },
      ]),
      tags: context.tags(name),
    },
    context.options,
  );
}

function inline(context: Context, name: string, role: aws.iam.Role, policy: pulumi.Output<string>): void {
  new aws.iam.RolePolicy(
    name,
    { name: context.name(name, limits.role), role: role.name, policy },
    context.options,
  );
}
