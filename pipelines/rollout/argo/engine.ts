// Argo Rollouts as the verbs see it: the cluster moves and judges, this follows, decides what Argo cannot, and puts back.
import type { Service } from "../../../environments/shape.ts";
import type { Clock } from "../../drivers/clock.ts";
import type { Engine } from "../engine.ts";
import { ready } from "./begin.ts";
import { boot } from "./boot.ts";
import { follow } from "./follow.ts";
import { planArgo } from "./plan.ts";
import { factsOf } from "./reading.ts";
import { goBack, restoreAll } from "./restore.ts";
import type { PodTemplate, Rollouts } from "./rollouts.ts";

export interface Argo {
  service: Service;
  rollouts: Rollouts;
  clock: Clock;
}

export function argoEngine(service: Service, rollouts: Rollouts, clock: Clock): Engine {
  const argo: Argo = { service, rollouts: rememberRendered(rollouts), clock };
  return {
    facts: async () => {
      const snapshot = await rollouts.read();
      if (snapshot === undefined) return [];
      const facts = factsOf(snapshot, await rollouts.zones());
      const count = snapshot.rollout.spec.replicas ?? service.nodes;
      // Before the first release there are no pods: the places for them are the nodes.
      if (facts.length === 0) return places(service, count, "idle");
      // A pod that is only just being replaced belongs to the fleet: the waves are shares of all of it.
      return [...facts, ...places(service, count - facts.length, "starting")];
    },
    loads: () => rollouts.sessions(),
    plan: planArgo,
    ready: (way) => ready(argo, way),
    run: (way, options) => follow(argo, way, options),
    goBack: (way, { wave, reason }) =>
      goBack(argo, way, { wave, found: { verdict: "fail", reason, evidence: [] }, seen: [], failed: [] }),
    rollBack: (way, _facts, reason) => restoreAll(argo, way, reason),
    boot: (way, target) => boot(argo, way, target),
    [Symbol.dispose]: () => {},
  };
}

/** What was made ready is not laid on its image a second time. */
function rememberRendered(rollouts: Rollouts): Rollouts {
  const rendered = new Map<string, Promise<PodTemplate>>();
  return {
    ...rollouts,
    render: (deployable, signal) => {
      const made = rendered.get(deployable.id) ?? rollouts.render(deployable, signal);
      rendered.set(deployable.id, made);
      made.catch(() => rendered.delete(deployable.id));
      return made;
    },
  };
}

function places(service: Service, count: number, state: "idle" | "starting") {
  return Array.from({ length: Math.max(0, count) }, (_, index) => ({
    name: `${service.name}-${index + 1}`,
    zone: "-",
    status: { state, current: null, restarts: 0, draining: false, retained: [] },
    ready: false,
  }));
}
