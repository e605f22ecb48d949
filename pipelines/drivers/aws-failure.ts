// Turns an error of an AWS client into one clear refusal: what failed, what is true now, what to do.
import { Refusal } from "../errors.ts";
import { awsCauseOf, short } from "./aws-cause.ts";
import type { AwsCause } from "./aws-cause.ts";
import { refusing } from "./deed.ts";
import type { Deed } from "./deed.ts";

interface AwsError extends Error {
  code?: unknown;
  $metadata?: { httpStatusCode?: number };
}

/** The error's own name at AWS, such as `NoSuchBucket`; undefined where it is not an error of AWS. */
export function awsCode(error: unknown): string | undefined {
  return error instanceof Error && (error as AwsError).$metadata !== undefined ? error.name : undefined;
}

/** The status of AWS's answer, such as 412; undefined where there was none. */
export function awsStatus(error: unknown): number | undefined {
  return error instanceof Error ? (error as AwsError).$metadata?.httpStatusCode : undefined;
}

/** E_AWS, E_AWS_CREDENTIALS, E_AWS_DENIED, E_AWS_THROTTLED or E_AWS_UNREACHABLE; an error that is a bug, as it is. */
export function awsFailure(error: unknown, { doing, state }: Deed): unknown {
  if (!(error instanceof Error) || error instanceof Refusal) return error;
  const cause = causeOf(error);
  if (cause === undefined) return error;
  return new Refusal(
    cause.code,
    { what: `${doing}: ${cause.what}`, state, next: cause.next, details: [short(told(error))] },
    { cause: error },
  );
}

/** Runs one piece of work on AWS; what it throws becomes a refusal. */
export const onAws = refusing(awsFailure);

function causeOf(error: AwsError): AwsCause | undefined {
  const found = awsCauseOf(told(error));
  if (found !== undefined || error.$metadata === undefined) return found;
  const status = awsStatus(error);
  return {
    code: "E_AWS",
    what: `AWS refused with ${error.name}${status === undefined ? "" : ` (HTTP ${status})`}: ${short(error.message)}`,
    next: "Mend what it names, then run the same command again.",
  };
}

/** Name, system code, status and message: an answer to HEAD has no other words than its status. */
function told(error: AwsError): string {
  const status = awsStatus(error);
  const code = typeof error.code === "string" ? error.code : undefined;
  const inner = error instanceof AggregateError ? error.errors.map(String) : [];
  return [error.name, code, status === undefined ? undefined : `HTTP ${status}`, error.message, ...inner]
    .filter((part) => part !== undefined && part !== "")
    .join(" ");
}
