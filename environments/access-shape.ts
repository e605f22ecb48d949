// The shape of where an environment lies in the cloud and who may reach it: account, network, edge, roles, shared state.
import { z } from "zod";

export const accountSchema = z
  .string({ error: "must be text: put it in quotes" })
  .regex(/^\d{12}$/, { error: "must be the 12 digits of an account" });

export const networkSchema = z.strictObject({
  cidr: z
    .string()
    .regex(/^(10|172\.(1[6-9]|2\d|3[01])|192\.168)(\.\d{1,3}){1,3}\/(1[6-9]|20)$/, {
      error: "must be a private network of size /16 to /20, such as 10.20.0.0/16",
    })
    .default("10.20.0.0/16")
    .describe("Addresses of the environment; different ones where networks are to be joined"),
});

export const edgeSchema = z.strictObject({
  domain: z
    .string()
    .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/, {
      error: "must be a domain, such as play.example.com",
    })
    .describe("Name under which users reach the services"),
  certificate: z
    .string()
    .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/, {
      error: "must be the ARN of an ACM certificate",
    })
    .optional()
    .describe("aws: an existing certificate; one is asked for where left out"),
});

export const reviewSchema = z.strictObject({
  repository: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, { error: "must be owner/name of a repository on GitHub" })
    .describe("Whose workflows may take the roles of this environment"),
  provider: z
    .union([z.literal("create"), z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/[\w./-]+$/)], {
      error: "must be create, or the ARN of the account's OIDC provider",
    })
    .default("create")
    .describe("One OIDC provider an account: create it here, or name the one that exists"),
  // GitHub lets an organization change the form of the subject: the whole list can be written out.
  previewSubjects: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe("Token subjects that may read; pull requests where left out"),
  writeSubjects: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe("Token subjects that may change it; its GitHub environment where left out"),
});

export const stateSchema = z.strictObject({
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, { error: "must be the name of an S3 bucket" })
    .describe("Bucket that holds the engine's state, lease, journal, ledger and releases for the whole team"),
  region: z
    .string()
    .regex(/^[a-z0-9-]+$/, { error: "must be the name of a region" })
    .describe("Region of the bucket and the key"),
  key: z
    .string()
    .regex(/^(alias\/[\w/-]+|arn:aws[a-z-]*:kms:[\w:/-]+|[0-9a-f-]{36})$/, {
      error: "must be a KMS key: alias/name, an id or an ARN",
    })
    .describe("KMS key that encrypts the secrets in the state"),
});
