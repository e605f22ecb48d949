// The waves engine as the verbs see it: it reaches every node itself, wherever they are.
import pLimit from "p-limit";
import { readSamples } from "../promotion/contracts/samples.ts";
import { policyInOutage } from "../rollback/plan.ts";
import { rollBack } from "../rollback/run.ts";
import type { Booted, Engine, RolledBack, Way } from "./engine.ts";
import { fleetFacts } from "./facts.ts";
import type { Deployable, Fleet } from "./fleet.ts";
import { isTrouble, reasonOf, updateNode } from "./node-update.ts";
import { spreadOrder } from "./order.ts";
import { planRollout } from "./plan.ts";
import type { PlanFacts } from "./request.ts";
import { goBack, runRollout } from "./run.ts";
import { startRun } from "./start.ts";

export function wavesEngine(fleet: Fleet): Engine {
  return {
    facts: () => fleetFacts(fleet),
    loads: async () =>
      new Map(
        await Promise.all(
          fleet.nodes.map(async (node) => [node.name, await node.load().catch(() => 0)] as const),
        ),
      ),
    plan: planRollout,
    run: (way, options) => {
      // Only on the way forward: a sample with mistakes must never keep anybody from going back.
      const samples = readSamples(way.workspace.repo, way.service);
      return runRollout({ ...startRun({ ...way, fleet }), samples }, options);
    },
    goBack: (way, { wave, reason }) =>
      goBack(startRun({ ...way, fleet }), wave, { verdict: "fail", reason, evidence: [] }),
    rollBack: (way, facts, reason) => wholeBack(way, fleet, facts, reason),
    boot: (way, target) => boot(way, fleet, target),
    [Symbol.dispose]: () => fleet[Symbol.dispose](),
  };
}

async function wholeBack(
  way: Way,
  fleet: Fleet,
  facts: readonly PlanFacts[],
  reason: string,
): Promise<RolledBack> {
  const { workspace, service, plan } = way;
  // From here on a machine that joins must not come up with what is being taken back.
  await workspace.platform.bootOn(service.name, plan.previous);
  const there = plan.previous === null ? facts.filter(({ status }) => status.current === null) : [];
  const settled = new Set([...there.map(({ name }) => name), ...(plan.previous === null ? [] : plan.done)]);
  const moving = spreadOrder(facts, plan.id).filter(
    ({ name }) => !settled.has(name) && !plan.unreachable.includes(name),
  );
  const touched = moving.map(({ name }) => name);
  const stuck = await rollBack(startRun({ ...way, fleet }), touched, reason);
  stuck.push(...plan.unreachable.map((node) => ({ node, reason: "unreachable" })));
  return { touched, stuck, from: moving[0]?.status.current ?? null };
}

async function boot(way: Omit<Way, "plan">, fleet: Fleet, target: Deployable): Promise<Booted> {
  const { workspace, service, signal } = way;
  await workspace.platform.bootOn(service.name, target);
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
  const done: Booted = { booted: [], failed: [] };
  if (!planned.ok || off.length === 0) return done;
  const run = { ...startRun({ ...way, plan: planned.plan, fleet }), note: async () => {} };
  const limit = pLimit(Math.min(16, planned.plan.maxOut));
  const one = async (name: string): Promise<void> => {
    const node = run.nodes.get(name);
    if (node === undefined) return;
    try {
      const atLimit = service.rollout.drain.then;
      if ((await updateNode(run, node, target, { signal, atLimit, mustStop: false })) === "parked") {
        done.failed.push({ node: name, reason: "still holds sessions, so it keeps the release it has" });
        return;
      }
      done.booted.push({ node: name, release: target.release });
      way.tell({ type: "updated", node: name, release: target.release, seconds: 0 });
    } catch (error) {
      if (!isTrouble(error)) throw error;
      done.failed.push({ node: name, reason: reasonOf(error, name) });
    }
  };
  await Promise.all(off.map(({ name }) => limit(() => one(name))));
  return done;
}
