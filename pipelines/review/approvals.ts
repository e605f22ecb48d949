// The verb `approvals`: every approval of an environment and whether it counts now; and how one is taken back.
import type { Workspace } from "../environment/workspace.ts";
import { Refusal } from "../errors.ts";
import { recorded } from "../ledger/recorded.ts";
import { releaseOf } from "../release/deployable.ts";
import { fingerprintPattern } from "./approval.ts";
import type { ReviewPolicy } from "./change.ts";
import { digestOf } from "./digest.ts";
import { groundOf } from "./ground.ts";
import type { ReviewScope } from "./ground.ts";
import { judgePlanned } from "./judge.ts";
import { peopleOf } from "./people.ts";
import { readApprovals, revoke } from "./records.ts";
import type { ApprovalRecord } from "./records.ts";
import type { JudgedApproval } from "./verdict.ts";

export interface ListedApproval {
  id: string | null;
  digest: string;
  principal: string | null;
  key: string;
  approvedAt: string | null;
  expiresAt: string | null;
  reason: string | null;
  standing: JudgedApproval["standing"];
  why: string;
}

export interface ApprovalList {
  environment: string;
  policy: ReviewPolicy;
  /** Newest first. */
  approvals: ListedApproval[];
}

type Judge = (record: ApprovalRecord) => Promise<JudgedApproval>;

/** Lists them all. Whether one is void is told by making its plan anew; nothing is changed. */
export async function listApprovals(workspace: Workspace, signal: AbortSignal): Promise<ApprovalList> {
  const { store, name, description } = workspace;
  const records = await readApprovals(store, name.id);
  const judge = records.length === 0 ? undefined : judgeWith(workspace, signal);
  const judged: JudgedApproval[] = [];
  for (const record of records) if (judge !== undefined) judged.push(await judge(record));
  const approvals = judged
    .map(listed)
    .toSorted((a, b) => ((a.approvedAt ?? "") < (b.approvedAt ?? "") ? 1 : -1));
  return { environment: name.id, policy: description.approval, approvals };
}

/** Plans are made once for each set of releases, and the engine is asked once. */
function judgeWith(workspace: Workspace, signal: AbortSignal): Judge {
  const verdicts = new Map<string, Promise<JudgedApproval[]>>();
  const stack = workspace.stack(signal);
  let planned: ReturnType<Awaited<typeof stack>["preview"]> | undefined;
  const judged = async (scope: ReviewScope): Promise<JudgedApproval[]> => {
    const { preview, version } = await stack;
    const ground = await groundOf(workspace, scope, version);
    const people = await peopleOf(workspace.repo, ground.plan, ground.builders);
    const would = scope.infra ? await (planned ??= preview()) : [];
    return (await judgePlanned(workspace, ground, people, would)).verdict.judged;
  };
  return async (record) => {
    const scope = scopeOf(record);
    const key = JSON.stringify(scope);
    const known = verdicts.get(key) ?? judged(scope);
    verdicts.set(key, known);
    try {
      const found = (await known).find(
        ({ digest, fingerprint }) => digest === record.digest && fingerprint === record.fingerprint,
      );
      return found ?? { ...record, standing: "invalid", why: "it went away meanwhile" };
    } catch (error) {
      if (!(error instanceof Refusal) || error.code === "E_INTERRUPTED") throw error;
      return {
        ...record,
        standing: "void",
        why: `its plan cannot be made now: ${error.code} ${error.message}`,
      };
    }
  };
}

/** Of a plan that was changed in the store only the infra plane is asked about: the approval is invalid anyway. */
function scopeOf({ stored, digest }: ApprovalRecord): ReviewScope {
  const plan = stored?.plan;
  if (plan === undefined || digestOf(plan) !== digest) return { infra: true, releases: [] };
  const releases = plan.releases.map(({ service, to }) => ({ service, release: releaseOf(to) ?? undefined }));
  return { infra: plan.infra, releases };
}

function listed({ digest, fingerprint, stored, standing, why }: JudgedApproval): ListedApproval {
  const {
    id = null,
    principal = null,
    approvedAt = null,
    expiresAt = null,
    reason = null,
  } = stored?.approval ?? {};
  return { id, digest, principal, key: fingerprint, approvedAt, expiresAt, reason, standing, why };
}

/** Takes back an approval by its id, or all that a key signed by its fingerprint. Refuses with E_USAGE where there is no such thing. */
export async function revokeApproval(
  workspace: Workspace,
  { what, reason }: { what: string; reason: string },
): Promise<{ revoked: string; already: boolean }> {
  const { store, name, who } = workspace;
  return recorded(
    workspace,
    { verb: "approvals", what: `revoke ${what}`, why: reason },
    async () => {
      const records = await readApprovals(store, name.id);
      const known = records.some(({ stored }) => stored?.approval.id === what);
      if (!known && !fingerprintPattern.test(what)) throw nothingToRevoke(name.id);
      return { revoked: what, already: !(await revoke(store, name.id, what, who, reason)) };
    },
    (result) => ({ outcome: "revoked", data: result }),
  );
}

const nothingToRevoke = (environment: string): Refusal =>
  new Refusal("E_USAGE", {
    what: `${environment} has no approval of that id, and it is not the fingerprint of a key either`,
    state: "nothing was revoked",
    next: `surefoot approvals ${environment} lists them; a key is named SHA256:...`,
  });
