// The verb `rollback`: the whole fleet of a service back to its last good release, in parallel, without a canary.
import { randomUUID } from "node:crypto";
import type { Service } from "../../environments/shape.ts";
import { held, verified } from "../drivers/pins.ts";
import type { Pin } from "../drivers/pins.ts";
import { serviceOf } from "../environment/describe.ts";
import { engineOf } from "../environment/engine.ts";
import type { Workspace } from "../environment/workspace.ts";
import { Refusal } from "../errors.ts";
import { recorded } from "../ledger/recorded.ts";
import type { HeldLease } from "../lease/lease.ts";
import { releaseOf } from "../release/deployable.ts";
import { passRollback } from "../review/gate.ts";
import type { Progress } from "../rollout/context.ts";
import type { JournaledPlan } from "../rollout/prepare.ts";
import type { Deployable } from "../rollout/fleet.ts";
import { notUp, planRefused } from "../rollout/preflight.ts";
import { policyInOutage, rollbackTarget } from "./plan.ts";

export interface RollbackOrder {
  service: string;
  /** Without one: the last release that was good. */
  release?: string | undefined;
  reason: string;
}

export interface RollbackResult {
  service: string;
  outcome: "rolled-back" | "incomplete";
  /** Null: nothing had been deployed before, so the nodes have no release. */
  release: string | null;
  from: string | null;
  reason: string;
  touchedNodes: string[];
  stuckNodes: { node: string; reason: string }[];
  seconds: number;
}

/** Rolls the service back under the lease, and records it. Nodes that already run the target are left alone. */
export function rollback(
  workspace: Workspace,
  order: RollbackOrder,
  watching: { tell: (progress: Progress) => void; signal: AbortSignal },
): Promise<RollbackResult> {
  return recorded(
    workspace,
    { verb: "rollback", service: order.service, what: `rollback ${order.service}`, why: order.reason },
    () => {
      const service = serviceOf(workspace.description, order.service);
      return workspace.underLease(`rollback ${service.name}`, watching.signal, (lease, signal) =>
        rollbackUnderLease(workspace, service, order, { lease, signal, tell: watching.tell }),
      );
    },
    ({ outcome, release, from, touchedNodes, seconds }) => ({
      outcome,
      data: { release, from, touchedNodes, seconds },
    }),
  );
}

interface Held {
  lease: HeldLease;
  signal: AbortSignal;
  tell: (progress: Progress) => void;
}

async function rollbackUnderLease(
  workspace: Workspace,
  service: Service,
  order: RollbackOrder,
  { lease, signal, tell }: Held,
): Promise<RollbackResult> {
  const { name, journal, pins, clock } = workspace;
  const started = clock.now();
  const open = await journal.unfinished(name.id, service.name);
  const former = open.at(-1)?.plan as JournaledPlan | undefined;
  const found = rollbackTarget(pins.of(service.name), former?.before, order.release);
  const target = found?.current ?? (found && former ? former.target : undefined);
  if (found === null || target === undefined) throw nothingKnown(workspace, service, order);
  if (found.current !== null) await passRollback(workspace, service.name, found.current);
  using engine = await engineOf(workspace, service);
  const facts = await engine.facts();
  if (facts.length === 0) throw notUp(workspace, service);
  const id = randomUUID();
  const request = {
    id,
    environment: name.id,
    service: service.name,
    target,
    previous: found.current,
    seed: id,
  };
  const planned = engine.plan(
    { ...request, policy: policyInOutage(service.rollout, facts), hotfix: false, resume: null },
    facts,
  );
  if (!planned.ok) throw planRefused(service, planned);
  const { plan } = planned;
  await journal.open({ id, environment: name.id, service: service.name, plan: { ...plan, before: found } });
  for (const { id: superseded } of open) await journal.close(superseded, "rolled-back");
  const bad = former?.target ?? pins.of(service.name).current;
  pins.write(service.name, wayBack(found, bad, order.reason, started));
  const way = { workspace, service, plan, lease, tell, signal };
  const { touched, stuck, from } = await engine.rollBack(way, facts, order.reason);
  if (stuck.length === 0) await journal.close(id, "rolled-back");
  return {
    ...resultOf(found.current, touched, stuck),
    service: service.name,
    from: releaseOf(from),
    reason: order.reason,
    seconds: (clock.now() - started) / 1000,
  };
}

/** The release to go back to was good here before; what a person went back from does not return by itself. */
function wayBack(found: Pin, bad: Deployable | null, reason: string, now: number): Pin {
  const good = found.current === null ? found : verified({ ...found, verifiedAt: undefined }, now);
  if (bad === null || bad.id === found.current?.id) return good;
  return held(good, { release: bad.release, id: bad.id, reason, all: true }, now);
}

function resultOf(target: Deployable | null, names: string[], stuck: RollbackResult["stuckNodes"]) {
  const outcome: RollbackResult["outcome"] = stuck.length === 0 ? "rolled-back" : "incomplete";
  return { outcome, release: target?.release ?? null, touchedNodes: names, stuckNodes: stuck };
}

function nothingKnown(
  { name, pins }: Workspace,
  { name: service }: Service,
  { release }: RollbackOrder,
): Refusal {
  const known = pins.of(service).history.map((one) => one.release);
  const what =
    release === undefined
      ? `no earlier good release of ${service} is known in ${name.id}`
      : `${release} is not among the releases of ${service} that were good in ${name.id} (${known.join(", ") || "none"})`;
  const next = `surefoot deploy ${name.id} ${service} --release <release>`;
  return new Refusal("E_NOTHING_TO_ROLL_BACK", { what, state: "nothing was touched", next });
}
