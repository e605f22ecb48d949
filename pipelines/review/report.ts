// Turns a plan that waits for approval, and the list of approvals, into lines of text.
import { clean } from "../preview/words.ts";
import { previewText } from "../preview/report.ts";
import { printable } from "../ledger/printable.ts";
import type { Approval } from "./approval.ts";
import type { ApprovalList } from "./approvals.ts";
import { short } from "./compare.ts";
import type { Proposal } from "./propose.ts";
import { authorsText, earlierText, judgedText } from "./refusals.ts";

/** The whole plan, as it is signed: what changes, what it stands on, who made it, who agreed so far; the digest last. */
export function proposalText({ plan, digest, preview, people, verdict, ground }: Proposal): string[] {
  const { releases, pins, versions, environment } = plan;
  return [
    ...(preview === null
      ? [`${clean(environment)}: releases only, the infra plane is not touched`]
      : previewText(preview)),
    ...releases.map(
      ({ service, from, to, digest: artifact }) =>
        `release ${clean(service)}: ${clean(from ?? "none")} -> ${clean(to)} (${short(artifact)})`,
    ),
    ...pins
      .filter(({ known }) => !known)
      .map(
        ({ service, id }) =>
          `PIN     ${clean(service)} is pinned to ${clean(id)}, and no rollout here wrote that`,
      ),
    `commit  ${plan.commit}${basesText(plan)}`,
    `with    Surefoot ${clean(versions.surefoot)}, engine ${clean(versions.engine)}, lockfile ${short(versions.lockfile)}, rules ${short(versions.policies)}`,
    `state   ${short(plan.state)}, description ${short(plan.description)}`,
    `authors ${authorsText(plan, people)}`,
    ...earlierText(people),
    "A change of nothing but a secret's value shows as [secret] and is bound by the commit and the state alone.",
    ...verdict.judged.filter((one) => one.digest === digest).map(judgedText),
    `${environment} needs ${ground.policy.people}, and ${verdict.people} agreed so far`,
    `digest  ${digest}`,
  ];
}

/** Each commit that parts begin at, once; what is carried out for the first time is told of below. */
function basesText({ ranges }: Proposal["plan"]): string {
  const bases = Map.groupBy(ranges, ({ base }) => base);
  const texts = [...bases].flatMap(([base, own]) =>
    base === null ? [] : [`${base.slice(0, 12)} (${clean(own.map(({ part }) => part).join(", "), 200)})`],
  );
  return texts.length === 0 ? "" : `, from ${texts.join(", ")}`;
}

/** Seconds, as a person would say them. */
function lasting(seconds: number): string {
  const [size, unit] = seconds % 3600 === 0 ? [3600, "h"] : seconds % 60 === 0 ? [60, "min"] : [1, "s"];
  return `${seconds / size} ${unit}`;
}

export function approvedText(
  { environment, digest, principal, key, id, expiresAt }: Approval,
  { agreed, needed }: { agreed: number; needed: number },
): string[] {
  return [
    `${environment}: ${printable(principal)} approved ${digest}`,
    `  with ${key}, as ${id}; good once, until ${expiresAt}`,
    `  ${environment} needs ${needed}, and ${agreed} agreed so far`,
  ];
}

export function approvalsText({ environment, policy, approvals }: ApprovalList): string[] {
  const { people, expires, signedCommits } = policy;
  const signed = signedCommits
    ? "commits must be signed by an approver's key"
    : "commits need no signature: who made one is what it says, and anybody can write anything there (approval.signedCommits)";
  return [
    `${environment}: ${people} ${people === 1 ? "person" : "people"} other than the authors must agree; good for ${lasting(expires)}; ${signed}`,
    ...(approvals.length === 0 ? ["no approvals"] : []),
    ...approvals.flatMap(({ standing, digest, principal, key, id, expiresAt, reason, why }) => [
      `${standing.padEnd(9)} ${clean(digest, 80)} by ${clean(principal ?? "nobody known", 200)} (${clean(key, 60)})${why === "" ? "" : `: ${clean(why, 600)}`}`,
      ...(id === null ? [] : [`          ${id} until ${expiresAt}: ${clean(reason ?? "", 500)}`]),
    ]),
  ];
}
