// The verb `up`: the infra plane makes the description real, then new nodes are put on the pinned release.
import pLimit from "p-limit";
import type { Service } from "../../environments/shape.ts";
import type { ResourceChange } from "../drivers/stack.ts";
import { recorded } from "../ledger/recorded.ts";
import type { HeldLease } from "../lease/lease.ts";
import { policyInOutage } from "../rollback/plan.ts";
import type { Run } from "../rollout/context.ts";
import { fleetFacts } from "../rollout/facts.ts";
import { isTrouble, reasonOf, updateNode } from "../rollout/node-update.ts";
import { planRollout } from "../rollout/plan.ts";
import { startRun } from "../rollout/start.ts";
import { passGate } from "./gate.ts";
import type { Workspace } from "./workspace.ts";

export interface UpResult {
  environment: string;
  /** What the engine created, changed or healed. */
  changes: ResourceChange[];
  /** Nodes that were started on the pinned release of their service. */
  booted: { node: string; release: string }[];
  failed: { node: string; reason: string }[];
  nodes: number;
  seconds: number;
}

export interface UpWatching {
  change: (change: ResourceChange) => void;
  booted: (node: string, release: string) => void;
  /** A resource that a killed `up` had made and not written down. */
  adopted: (resource: string) => void;
  /** Names of what holds data and may be deleted or replaced. */
  acknowledged: readonly string[];
  /** Nodes whose machine is gone for good. */
  forget?: readonly string[];
  /** Why, for the ledger. */
  reason: string;
  signal: AbortSignal;
}

/** Brings the environment up, or heals it. Twice in a row changes nothing the second time. */
export async function up(workspace: Workspace, watching: UpWatching): Promise<UpResult> {
  await workspace.platform.admit();
  const what = `up ${workspace.name.id}`;
  return recorded(workspace, { verb: "up", what, why: watching.reason }, () =>
    workspace.underLease(what, watching.signal, (lease, signal) =>
      upUnderLease(workspace, watching, { lease, signal }),
    ),
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
  await passGate(stack, description, { environment: name.id, acknowledged: watching.acknowledged });
  const changes = await stack.up(watching.change);
  const services = Object.values(description.services);
  const results = { booted: [] as UpResult["booted"], failed: [] as UpResult["failed"] };
  for (const service of services) {
    await bootNodes(workspace, service, { lease, signal, results, told: watching.booted });
  }
  const nodes = services.reduce((sum, service) => sum + service.nodes, 0);
  return { environment: name.id, changes, ...results, nodes, seconds: (clock.now() - started) / 1000 };
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
  await workspace.platform.bootOn(service.name, target);
  using fleet = await workspace.platform.fleet(service);
  const facts = await fleetFacts(fleet);
  const off = facts.filter(({ status }) => status.current !== target.id && status.state !== "unreachable");
  const request = {
    id: "boot",
    environment: workspace.name.id,
    service: service.name,
    target,
    previous: target,
  };
  const planned = planRollout(
    { ...request, seed: "boot", policy: policyInOutage(service.rollout, facts), hotfix: false, resume: null },
    facts,
  );
  if (!planned.ok || off.length === 0) return;
  const run: Run = {
    ...startRun({ workspace, service, plan: planned.plan, fleet, lease, tell: () => {}, signal }),
    note: async () => {},
  };
  const limit = pLimit(Math.min(16, planned.plan.maxOut));
  const boot = async (name: string): Promise<void> => {
    const node = run.nodes.get(name);
    if (node === undefined) return;
    try {
      const atLimit = service.rollout.drain.then;
      if ((await updateNode(run, node, target, { signal, atLimit, mustStop: false })) === "parked") {
        results.failed.push({ node: name, reason: "still holds sessions, so it keeps the release it has" });
        return;
      }
      results.booted.push({ node: name, release: target.release });
      told(name, target.release);
    } catch (error) {
      if (!isTrouble(error)) throw error;
      results.failed.push({ node: name, reason: reasonOf(error, name) });
    }
  };
  await Promise.all(off.map(({ name }) => limit(() => boot(name))));
}
