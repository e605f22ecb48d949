// What is said when a plan is not carried out for want of approval: what is in the way, both digests, the way out.
import { clean } from "../preview/words.ts";
import { printable } from "../ledger/printable.ts";
import { releaseOf } from "../release/deployable.ts";
import { Refusal } from "../errors.ts";
import type { ChangePlan, ReviewPolicy } from "./change.ts";
import { differences } from "./compare.ts";
import type { People } from "./people.ts";
import { endingData } from "./plan.ts";
import { wasMeant } from "./verdict.ts";
import type { JudgedApproval, ReviewVerdict } from "./verdict.ts";

const MOST_APPROVALS = 20;

/** The refusal of a plan that too few people agreed to, with the code that says most. */
export function notApproved(
  plan: ChangePlan,
  verdict: ReviewVerdict,
  { policy, people }: { policy: ReviewPolicy; people: Pick<People, "authors" | "firstTime"> },
): Refusal {
  const { digest, judged, code = "E_APPROVAL_MISSING" } = verdict;
  const authors = [...new Set(people.authors.values())];
  return new Refusal(code, {
    what: `${plan.environment} needs ${agreeing(policy.people)} than its authors to approve this plan, and ${verdict.people || "nobody"} did${causes[code] ?? ""}`,
    state: "nothing was changed",
    next: approveCommand(plan),
    details: [
      `now       ${digest}`,
      ...voidText(plan, judged, digest),
      ...judged
        .filter(({ standing }) => standing !== "void")
        .slice(-MOST_APPROVALS)
        .map(judgedText),
      `authors   ${clean(authors.join(", ") || "unknown", 300)}`,
      ...firstTimeText(people),
    ],
  });
}

const causes: Partial<Record<string, string>> = {
  E_APPROVAL_VOID: ": what was approved is not what would be done now",
  E_APPROVAL_INVALID: ": an approval of it is not genuine",
  E_APPROVAL_REVOKED: ": an approval of it was revoked",
  E_APPROVAL_USED: ": it was approved and carried out once before",
  E_APPROVAL_EXPIRED: ": an approval of it has expired",
  E_APPROVAL_SELF: ": it was approved by somebody who made part of it",
  E_ACKNOWLEDGE: ": an approval of it does not name what holds data and would end",
};

const agreeing = (people: number): string => `${people} ${people === 1 ? "person" : "people"} other`;

/** The approved plan against this one, where there is one that was approved and not carried out. */
function voidText(plan: ChangePlan, judged: readonly JudgedApproval[], digest: string): string[] {
  if (judged.some((one) => one.digest === digest)) return [];
  const voids = judged.flatMap((one) => (wasMeant(one, plan) && one.stored ? [one.stored] : []));
  const latest = voids.toSorted((a, b) => (a.approval.approvedAt < b.approval.approvedAt ? 1 : -1))[0];
  if (latest === undefined) return [];
  const { approval, plan: approved } = latest;
  return [
    `approved  ${approval.digest} by ${printable(approval.principal)} at ${approval.approvedAt}`,
    ...differences(approved, plan).map((line) => `  ${line}`),
  ];
}

/** One approval and what is wrong with it; what it claims is not believed before it is checked. */
export function judgedText({ digest, fingerprint, stored, standing, why }: JudgedApproval): string {
  const who = stored === undefined ? clean(fingerprint, 60) : clean(stored.approval.principal, 100);
  return `${standing.padEnd(9)} ${clean(digest, 80)} by ${who}${why === "" ? "" : `: ${clean(why, 600)}`}`;
}

/** The command that makes and signs the same plan. */
export function approveCommand(plan: ChangePlan): string {
  const { environment, infra, releases } = plan;
  const words = releases.map(({ service, to }) => ` --release ${service}=${releaseOf(to)}`);
  if (!infra) words.push(" --releases-only");
  else if (releases.length === 0) words.push(" --infra-only");
  const named = endingData(plan).map(({ name }) => ` --acknowledge ${clean(name, 200)}`);
  return `surefoot approve ${environment}${words.join("")}${named.join("")} --reason '<why>'`;
}

/** What cannot be known when something is carried out for the first time. */
export function firstTimeText({ firstTime }: Pick<People, "firstTime">): string[] {
  if (firstTime.length === 0) return [];
  return [
    `first time for ${clean(firstTime.join(", "), 200)}: what came before is not known, so only the last commit's authors are, and the approvers are this commit's`,
  ];
}

/** `approval.signedCommits` holds and some commit has no good signature. */
export function unsignedCommits({ environment }: ChangePlan, commits: readonly string[]): Refusal {
  return new Refusal("E_COMMIT_UNSIGNED", {
    what: `${environment} takes only commits that an approver signed, and ${commits.length} of this change ${commits.length === 1 ? "is" : "are"} not`,
    state: "nothing was changed",
    next: "sign them: git config gpg.format ssh && git config user.signingkey <path>.pub, then git rebase --exec 'git commit --amend --no-edit -S' <base>; the key's line in environments/approvers must allow the namespace git",
    details: commits.slice(0, MOST_APPROVALS),
  });
}
