// What chats are told of an environment as a whole: a plan that waits, that was signed, that begins, an up, a verb that failed, drift. Pure.
import type { UpResult } from "../environment/up.ts";
import type { ErrorCode } from "../error-codes.ts";
import { Refusal } from "../errors.ts";
import type { Approval } from "../review/approval.ts";
import type { Notice } from "./notice.ts";

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Refused because people must agree first: nothing is wrong, and nothing was begun. */
export const waitsForPeople = ({ code }: Refusal): boolean => forPeople.has(code);

const forPeople = new Set<ErrorCode>([
  "E_ACKNOWLEDGE",
  "E_APPROVAL_EXPIRED",
  "E_APPROVAL_INVALID",
  "E_APPROVAL_MISSING",
  "E_APPROVAL_REVOKED",
  "E_APPROVAL_SELF",
  "E_APPROVAL_USED",
  "E_APPROVAL_VOID",
]);

/** A plan waits for signatures. What refused it names the plan's digest in its details (review/refusals.ts). */
export function noticeOfWaiting(environment: string, { message, details, next }: Refusal): Notice {
  const digests = details.flatMap((line) => /^now\s+(sha256:\w+)/.exec(line)?.[1] ?? []);
  const cause = digests[0] ?? `review ${environment}`;
  const title = `${environment}: a plan waits for approval: ${message}`;
  return { kind: "waiting", environment, title, lines: [...details, `Next: ${next}`], cause };
}

/** Somebody signed a plan; nothing begins yet. */
export function noticeOfSigned(
  { environment, digest, principal, reason }: Approval,
  { agreed, needed }: { agreed: number; needed: number },
): Notice {
  const title = `${environment}: ${principal} signed the plan ${digest}`;
  const lines = [`why: ${reason}`, `agreed so far: ${agreed}, needed: ${needed}`];
  return { kind: "approved", environment, title, lines, cause: digest };
}

/** A plan has the signatures that it needs, and is carried out now. */
export function noticeOfApproved(environment: string, digest: string, by: readonly string[]): Notice {
  const title = `${environment}: begins the plan ${digest}, approved by ${by.join(", ")}`;
  return { kind: "approved", environment, title, lines: [], cause: digest };
}

/** An up has begun to change something. */
export function noticeOfUpStarted(environment: string): Notice {
  const title = `${environment} is brought up as its description says`;
  return { kind: "started", environment, title, lines: [], cause: `up ${environment}` };
}

/** How an up ended; undefined where it changed nothing and nothing failed. */
export function noticeOfUp({ environment, changes, booted, failed, seconds }: UpResult): Notice | undefined {
  if (changes.length + booted.length + failed.length === 0) return undefined;
  const ops = Map.groupBy(changes, ({ op }) => op);
  const counts = [...ops].map(([op, some]) => `${some.length} ${op}`);
  const did = [...counts, ...(booted.length > 0 ? [`${counted(booted.length, "node")} started`] : [])];
  const wrong = failed.length > 0 ? `, ${counted(failed.length, "node")} failed` : "";
  return {
    kind: failed.length > 0 ? "failed" : "done",
    environment,
    title: `${environment} is up in ${Math.round(seconds)} s: ${did.join(", ") || "nothing changed"}${wrong}`,
    lines: failed.map(({ node, reason }) => `failed: ${node}: ${reason}`),
    cause: `up ${environment}`,
  };
}

/** A verb that ended with an error: what happened, what is true now, what comes next. `cause` as of the notices before it. */
export function noticeOfFailure(
  {
    environment,
    service,
    what,
    cause,
  }: { environment: string; service?: string; what: string; cause: string },
  error: unknown,
): Notice {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Refusal ? error.code : "E_BUG";
  const lines =
    error instanceof Refusal ? [...error.details, `Now: ${error.state}`, `Next: ${error.next}`] : [];
  const about = { environment, ...(service === undefined ? {} : { service }) };
  return { ...about, kind: "failed", title: `${what} failed: ${code} ${message}`, lines, cause };
}
