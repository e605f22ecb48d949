// Gets a deploy ready: which release, which plan, and what an unfinished rollout before it left behind. Touches nothing.
import { randomUUID } from "node:crypto";
import type { Service } from "../../environments/shape.ts";
import type { Pin } from "../drivers/pins.ts";
import type { Workspace } from "../environment/workspace.ts";
import type { JournalStep } from "../journal/entries.ts";
import { deployableOf } from "../release/deployable.ts";
import type { Engine } from "./engine.ts";
import type { Deployable } from "./fleet.ts";
import type { Plan } from "./plan.ts";
import { notUp, planRefused, unpinned } from "./preflight.ts";

/** A plan as the journal keeps it, with the pin to go back to. */
export interface JournaledPlan extends Plan {
  before: Pin;
}

export interface PrepareOrder {
  release?: string | undefined;
  hotfix: boolean;
  seed?: string | undefined;
}

export interface Prepared {
  plan: Plan;
  /** An unfinished rollout of the same release goes on under its own id. */
  resumed: boolean;
  /** It had already failed: what goes on is its rollback. */
  failed: { wave: number; reason: string } | undefined;
  /** Unfinished rollouts of other releases, whose place this one takes. */
  superseded: string[];
  /** The pin to go back to. */
  before: Pin;
}

/** The release with the config it has in this environment. Refuses a missing release, an unknown one, and missing config. */
export async function targetOf(
  workspace: Workspace,
  service: Service,
  release = workspace.pins.of(service.name).current?.release,
): Promise<Deployable> {
  if (release === undefined) throw unpinned(workspace, service);
  const manifest = await workspace.artifacts.manifests.read(service.name, release);
  return deployableOf(manifest, service, workspace.name.id);
}

/** A new plan from what the nodes say; an unfinished rollout of the same release lends it its id, its order and its way back. */
export async function prepare(
  workspace: Workspace,
  service: Service,
  order: PrepareOrder,
  { engine, target }: { engine: Engine; target: Deployable },
): Promise<Prepared> {
  const { name, journal, pins, description } = workspace;
  const facts = await engine.facts();
  if (facts.length === 0) throw notUp(workspace, service);
  const unfinished = await journal.unfinished(name.id, service.name);
  const open = unfinished.at(-1);
  const former = open?.plan as JournaledPlan | undefined;
  const resumed = former?.target.id === target.id;
  const steps = resumed && open ? ((await journal.read(open.id))?.steps ?? []) : [];
  // What was never finished never became good: what was pinned before it stays the way back.
  const before = former?.before ?? pins.of(service.name);
  const id = resumed && open ? open.id : randomUUID();
  const planned = engine.plan(
    {
      id,
      environment: name.id,
      service: service.name,
      target,
      previous: before.current,
      seed: resumed && former ? former.seed : (order.seed ?? id),
      policy: service.rollout,
      ...(name.local ? { bake: description.rehearsal.bake } : {}),
      hotfix: order.hotfix,
      resume:
        resumed && former
          ? { waves: former.waves, passed: verdicts(steps, "pass").map(({ wave }) => wave) }
          : null,
    },
    facts,
    resumed ? former : undefined,
  );
  if (!planned.ok) throw planRefused(service, planned);
  const superseded = unfinished.filter((one) => one.id !== id).map((one) => one.id);
  return { plan: planned.plan, resumed, failed: verdicts(steps, "fail").at(-1), superseded, before };
}

function verdicts(steps: readonly JournalStep[], wanted: string): { wave: number; reason: string }[] {
  return steps.flatMap(({ step, phase, wave, note }) =>
    step === "verdict" && phase === wanted && wave !== undefined ? [{ wave, reason: note ?? "" }] : [],
  );
}
