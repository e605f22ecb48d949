// The verb `up`: the infra plane makes the description real, then new nodes are put on the pinned release.
import type { Service } from "../../environments/shape.ts";
import type { ResourceChange } from "../drivers/stack.ts";
import { recorded } from "../ledger/recorded.ts";
import type { HeldLease } from "../lease/lease.ts";
import { infraDone } from "../review/begun.ts";
import type { Approved, ReviewedRelease } from "../review/change.ts";
import { openReview } from "../review/gate.ts";
import { scopeOf } from "../review/ground.ts";
import { takenBack } from "../rollback/taken-back.ts";
import type { Progress } from "../rollout/context.ts";
import { engineOf } from "./engine.ts";
import { passGate } from "./gate.ts";
import type { Workspace } from "./workspace.ts";

export interface UpResult {
  environment: string;
  /** What the engine created, changed or healed. */
  changes: ResourceChange[];
  /** Nodes that were started on the pinned release of their service. */
  booted: { node: string; release: string }[];
  failed: { service: string; node: string; reason: string }[];
  nodes: number;
  seconds: number;
  /** What people agreed to, for the releases that follow in this process; null where nobody had to. */
  approved: Approved | null;
}

export interface UpWatching {
  change: (change: ResourceChange) => void;
  booted: (node: string, release: string) => void;
  /** People agreed to it, and it begins now. */
  approved?: (approved: Approved) => void;
  /** A resource that a killed `up` had made and not written down. */
  adopted: (resource: string) => void;
  /** Names of what holds data and may be deleted or replaced. */
  acknowledged: readonly string[];
  /** Rolled out right after, by the same run: one approval is for both. */
  releases?: readonly Pick<ReviewedRelease, "service" | "to">[];
  /** Nodes whose machine is gone for good. */
  forget?: readonly string[];
  /** Why, for the ledger. */
  reason: string;
  signal: AbortSignal;
}

/**
 * Brings the environment up, or heals it. Twice in a row changes nothing the second time. Refuses before the first change where people
 * have to agree and did not: to exactly this plan, from this state, by this commit.
 */
export async function up(workspace: Workspace, watching: UpWatching): Promise<UpResult> {
  await workspace.platform.admit();
  const what = `up ${workspace.name.id}`;
  return recorded(
    workspace,
    { verb: "up", what, why: watching.reason },
    () =>
      workspace.underLease(what, watching.signal, (lease, signal) =>
        upUnderLease(workspace, watching, { lease, signal }),
      ),
    ({ approved }) => ({ outcome: "done", ...(approved === null ? {} : { data: { approved } }) }),
  );
}

async function upUnderLease(
  workspace: Workspace,
  watching: UpWatching,
  { lease, signal }: { lease: HeldLease; signal: AbortSignal },
): Promise<UpResult> {
  const { name, clock, description } = workspace;
  const started = clock.now();
  const stack = await workspace.stack(signal, watching.forget);
  const { adopted } = await stack.adopt();
  for (const resource of adopted) watching.adopted(resource);
  const scope = { infra: true, releases: (watching.releases ?? []).map(scopeOf) };
  const review = await openReview(workspace, scope, stack.version);
  const approved = await passGate(stack, description, {
    environment: name.id,
    acknowledged: [...new Set([...watching.acknowledged, ...(review?.acknowledged ?? [])])],
    platform: workspace.platform,
    review: review?.pass,
  });
  if (approved !== null) watching.approved?.(approved);
  await lease.check();
  const changes = await stack.up(watching.change);
  await infraDone(workspace, approved);
  const services = Object.values(description.services);
  const results = { booted: [] as UpResult["booted"], failed: [] as UpResult["failed"] };
  for (const service of services) {
    await bootNodes(workspace, service, { lease, signal, results, told: watching.booted });
  }
  const nodes = services.reduce((sum, service) => sum + service.nodes, 0);
  const seconds = (clock.now() - started) / 1000;
  return { environment: name.id, changes, ...results, nodes, seconds, approved };
}

interface Boot {
  lease: HeldLease;
  signal: AbortSignal;
  results: Pick<UpResult, "booted" | "failed">;
  told: (node: string, release: string) => void;
}

/** Nodes that are not on the pinned release get it, without a canary: it is known to be good. */
async function bootNodes(
  workspace: Workspace,
  service: Service,
  { lease, signal, results, told }: Boot,
): Promise<void> {
  const target = workspace.pins.of(service.name).current;
  // An interrupted rollout is for `deploy` or `rollback` to end: its pin is not known to be good.
  const open = await workspace.journal.unfinished(workspace.name.id, service.name);
  if (target === null || open.length > 0) return;
  // Nor is one whose rollout was taken back, which this clone was not told of yet.
  if ((await takenBack(workspace, service.name)) !== undefined) return;
  using engine = await engineOf(workspace, service);
  const tell = (progress: Progress): void => {
    if (progress.type === "updated") told(progress.node, target.release);
  };
  const { booted, failed } = await engine.boot({ workspace, service, lease, tell, signal }, target);
  results.booted.push(...booted);
  results.failed.push(...failed.map((one) => ({ service: service.name, ...one })));
}
