// What a person says with `approve`: which releases, why, and that this is the plan that they looked at. Pure.
import { Refusal } from "../errors.ts";
import { endingData } from "./plan.ts";
import type { Proposal } from "./propose.ts";
import { approveCommand } from "./refusals.ts";

/** Reads `server=r2`, or `server` for the pinned release with the config as described now. Refuses with E_USAGE. */
export function namedRelease(text: string): { service: string; release?: string } {
  const [, service, release] = /^([a-z][a-z0-9-]{0,62})(?:=([a-z0-9][a-z0-9._-]{0,40}))?$/.exec(text) ?? [];
  if (service !== undefined) return { service, ...(release === undefined ? {} : { release }) };
  throw usage(`${JSON.stringify(text.slice(0, 100))} is not <service>=<release>`, "--release server=r2");
}

const of = {
  approval: ["an approval", "nothing was approved"],
  revocation: ["a revocation", "nothing was revoked"],
} as const;

/** Whoever reads the ledger later must see why; nothing in it may move a cursor. Refuses with E_USAGE. */
export function goodReason(reason: string | undefined, what: keyof typeof of = "approval"): string {
  const text = reason?.trim() ?? "";
  const [noun, state] = of[what];
  if (text === "") throw usage(`${noun} needs a reason`, "add --reason '<why>'", state);
  if (text.length < 3) throw usage("the reason is too short: 3 characters or more", "say more", state);
  if (text.length > 500) throw usage("the reason is longer than 500 characters", "say it shorter", state);
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text))
    throw usage("the reason holds control characters", "write it as one line of plain text", state);
  return text;
}

export interface Confirmation {
  digest: string | undefined;
  yes: boolean;
  /** Asks the person; undefined where nobody is there. */
  ask: ((message: string) => Promise<boolean>) | undefined;
}

/** Refuses with E_APPROVAL_VOID where another plan was looked at, with E_USAGE where nobody says which, with E_INTERRUPTED on a no. */
export async function confirmed(
  { digest: found, plan }: Pick<Proposal, "digest" | "plan">,
  { digest, yes, ask }: Confirmation,
): Promise<void> {
  if (digest !== undefined && digest !== found)
    throw new Refusal("E_APPROVAL_VOID", {
      what: "the plan is not the one that you name",
      state: "nothing was approved",
      next: `${approveCommand(plan, "--plan")} shows it as it is now`,
      details: [`named     ${/^[\w:]{1,100}$/.test(digest) ? digest : "not a digest"}`, `now       ${found}`],
    });
  if (digest !== undefined || yes) return;
  if (ask === undefined)
    throw usage(
      "nobody is at the terminal, so it must be said which plan is meant",
      `look at it, then add --digest ${found}`,
    );
  const ends = endingData(plan).map(({ name }) => name);
  const warning = ends.length === 0 ? "" : ` It ends ${ends.join(", ")}, with the data in it.`;
  if (await ask(`Approve this plan for ${plan.environment}?${warning}`)) return;
  throw new Refusal("E_INTERRUPTED", {
    what: "it was not approved",
    state: "nothing was signed",
    next: approveCommand(plan),
  });
}

const usage = (what: string, next: string, state: string = of.approval[1]): Refusal =>
  new Refusal("E_USAGE", { what, state, next });
