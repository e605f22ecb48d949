// The only place that spells names on AWS: `surefoot-<environment>-<noun>`, within each service's limit of length.
import { createHash } from "node:crypto";
import { project } from "../../names.ts";

/** Longest names that AWS takes. */
export const limits = {
  default: 63,
  balancer: 32,
  role: 64,
  group: 255,
  bucket: 63,
  bucketPrefix: 37,
  restoreTest: 50,
};

/** `surefoot-prod-database`. One that is too long is cut and ends in a short hash of the whole: still unique, always the same. */
export function physicalName(environment: string, noun: string, limit = limits.default): string {
  return fit([project, environment, noun].filter(Boolean).join("-"), limit);
}

/** Log group of a service: `/surefoot/prod/server`. */
export function logGroupName(environment: string, service: string): string {
  return `/${project}/${environment}/${service}`;
}

/** Secret of a service: `surefoot/prod/server`. */
export function secretName(environment: string, service: string): string {
  return `${project}/${environment}/${service}`;
}

/** Restore testing takes neither dots nor hyphens. */
export function restoreTestName(environment: string): string {
  return fit(`${project}-${environment}-restore`, limits.restoreTest).replaceAll("-", "_");
}

/**
 * Bucket names are unique over all of AWS: the account makes them so where the description names it. Where it does not,
 * AWS adds the unique part itself, after the prefix.
 */
export function bucketName(
  environment: string,
  noun: string,
  account: string | undefined,
): { bucket: string } | { bucketPrefix: string } {
  if (account === undefined)
    return { bucketPrefix: `${physicalName(environment, noun, limits.bucketPrefix - 1)}-` };
  return { bucket: physicalName(environment, `${noun}-${account}`, limits.bucket) };
}

function fit(name: string, limit: number): string {
  if (name.length <= limit) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 6);
  return `${name.slice(0, limit - 7).replace(/-+$/, "")}-${hash}`;
}
