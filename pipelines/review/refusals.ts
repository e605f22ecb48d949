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

type Made = Pick<People, "authors" | "firstTime" | "again">;

/** The refusal of a plan that too few people agreed to, with the code that says most. */
export function notApproved(
  plan: ChangePlan,
  verdict: ReviewVerdict,
  { policy, people }: { policy: ReviewPolicy; people: Made },
): Refusal {
  const { digest, judged, code = "E_APPROVAL_MISSING" } = verdict;
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
      `authors   ${authorsText(plan, people)}`,
      ...earlierText(people),
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

/** The command that makes the same plan and signs it; with other words in the end: that does something else with it. */
export function approveCommand(plan: ChangePlan, end = "--reason '<why>'"): string {
  const { environment, infra, releases } = plan;
  const words = releases.map(({ service, to }) => ` --release ${service}=${releaseOf(to)}`);
  if (!infra) words.push(" --releases-only");
  else if (releases.length === 0) words.push(" --infra-only");
  const named = endingData(plan).map(({ name }) => ` --acknowledge ${clean(name, 200)}`);
  return `surefoot approve ${environment}${words.join("")}${named.join("")} ${end}`;
}

/** Who made the change, and what of it nobody here can tell. */
export function authorsText(
  { ranges }: Pick<ChangePlan, "ranges">,
  { authors }: Pick<People, "authors">,
): string {
  const names = [...new Set(authors.values())].filter(Boolean).join(", ");
  const known =
    names === "" ? "unknown: nobody is kept from approving it" : `${names}: they cannot approve it`;
  const elsewhere = ranges.flatMap(({ part, head }) => (head === null ? [part] : []));
  return `${clean(known, 300)}${elsewhere.length === 0 ? "" : `; of ${clean(elsewhere.join(", "), 200)} nobody knows who made it`}`;
}

/** Where authors are not those of the commits since the last time. */
export function earlierText({ firstTime, again }: Pick<People, "firstTime" | "again">): string[] {
  const [first, last] = [firstTime, again].map((parts) => clean(parts.join(", "), 200));
  return [
    ...(first
      ? [
          `first time for ${first}: what came before is not known, so only the last commit's authors are, and the approvers are this commit's`,
        ]
      : []),
    ...(last
      ? [`nothing new in ${last}: it is carried out again, so the last commit's authors are its authors`]
      : []),
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
