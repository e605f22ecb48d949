// Whether enough people other than the authors agree to exactly this plan, and if not, what is in the way. Pure.
import type { ErrorCode } from "../error-codes.ts";
import type { ChangePlan, ReviewPolicy } from "./change.ts";
import type { CheckedApproval, Standing } from "./check.ts";
import { differences } from "./compare.ts";
import { digestOf } from "./digest.ts";
import type { People } from "./people.ts";
import { unnamed } from "./plan.ts";

export type JudgedStanding = Exclude<Standing, "good"> | "valid" | "void" | "self" | "unnamed";

export interface JudgedApproval extends Omit<CheckedApproval, "standing"> {
  standing: JudgedStanding;
}

export interface ReviewVerdict {
  enough: boolean;
  digest: string;
  /** Every approval of the environment, judged against this plan. */
  judged: JudgedApproval[];
  /** Persons whose approval counts. */
  people: number;
  /** What is in the way; undefined where it is enough. */
  code: ErrorCode | undefined;
}

/** Judges the plan. One person counts once, whatever keys and names they have. */
export function judgeReview(
  plan: ChangePlan,
  checked: readonly CheckedApproval[],
  { people, policy }: { people: Pick<People, "authors" | "personOf">; policy: ReviewPolicy },
): ReviewVerdict {
  const digest = digestOf(plan);
  const judged = checked.map((one) => judgeOne(one, { plan, digest, people }));
  const persons = new Set(
    judged.flatMap(({ standing, fingerprint }) =>
      standing === "valid" ? [people.personOf(fingerprint)] : [],
    ),
  );
  const enough = persons.size >= policy.people;
  return {
    enough,
    digest,
    judged,
    people: persons.size,
    code: enough ? undefined : codeOf(judged, digest, plan),
  };
}

function judgeOne(
  one: CheckedApproval,
  {
    plan,
    digest,
    people,
  }: { plan: ChangePlan; digest: string; people: Pick<People, "authors" | "personOf"> },
): JudgedApproval {
  const { standing, stored } = one;
  if (standing !== "good") return { ...one, standing };
  if (stored === undefined) return { ...one, standing: "invalid", why: "it cannot be read" };
  if (one.digest !== digest) {
    const found = differences(stored.plan, plan);
    const more = found.length > 3 ? `; and ${found.length - 3} more` : "";
    return { ...one, standing: "void", why: `${found.slice(0, 3).join("; ")}${more}` };
  }
  const { principal, key, acknowledged } = stored.approval;
  const author = people.authors.get(people.personOf(principal)) ?? people.authors.get(people.personOf(key));
  if (author !== undefined)
    return { ...one, standing: "self", why: `${principal} made part of this change (as ${author})` };
  const missing = unnamed(plan, acknowledged);
  if (missing.length === 0) return { ...one, standing: "valid", why: "" };
  const names = missing.map(({ name }) => name).join(", ");
  return { ...one, standing: "unnamed", why: `it does not name what holds data and ends: ${names}` };
}

// What says most about what went wrong comes first.
const order: [JudgedStanding, ErrorCode][] = [
  ["invalid", "E_APPROVAL_INVALID"],
  ["revoked", "E_APPROVAL_REVOKED"],
  ["used", "E_APPROVAL_USED"],
  ["expired", "E_APPROVAL_EXPIRED"],
  ["self", "E_APPROVAL_SELF"],
  ["unnamed", "E_ACKNOWLEDGE"],
];

function codeOf(judged: readonly JudgedApproval[], digest: string, plan: ChangePlan): ErrorCode {
  const own = judged.filter((one) => one.digest === digest);
  const found = order.find(([standing]) => own.some((one) => one.standing === standing));
  if (found !== undefined) return found[1];
  // Some agreed already, and more are needed.
  if (own.length > 0) return "E_APPROVAL_MISSING";
  return judged.some((one) => wasMeant(one, plan)) ? "E_APPROVAL_VOID" : "E_APPROVAL_MISSING";
}

/** Whether a void approval was for this in another form: one of releases alone was never for the infra plane. */
export function wasMeant({ standing, stored }: JudgedApproval, plan: ChangePlan): boolean {
  if (standing !== "void" || stored === undefined || stored.plan.infra !== plan.infra) return false;
  const services = new Set(plan.releases.map(({ service }) => service));
  return plan.infra || stored.plan.releases.some(({ service }) => services.has(service));
}
