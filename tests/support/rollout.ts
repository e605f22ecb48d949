// Parts of a rollout for tests: a service with its real defaults, deployables, a fleet as the nodes would tell it.
import { serviceSchema } from "../../environments/service-shape.ts";
import type { Service } from "../../environments/shape.ts";
import type { Deployable, NodeStatus } from "../../pipelines/rollout/fleet.ts";
import type { Plan } from "../../pipelines/rollout/plan.ts";
import type { PlanFacts, PlanRequest } from "../../pipelines/rollout/request.ts";
import { planRollout } from "../../pipelines/rollout/plan.ts";

/** A service with the defaults of the description, but for what is changed. */
export function aService(change: Record<string, unknown> = {}): Service {
  const given = {
    kind: "http",
    nodes: 50,
    source: "examples/app",
    build: "true",
    start: "node main.mjs",
    ...change,
  };
  return { name: "app", ...serviceSchema.parse(given) };
}

export function aDeployable(release: string, change: Partial<Deployable> = {}): Deployable {
  const digest = `sha256:${"a".repeat(64)}`;
  const start = "node main.mjs";
  return {
    id: `${release}+00000000`,
    release,
    digest,
    configHash: "0".repeat(12),
    config: {},
    start,
    ...change,
  };
}

/** What a node tells: it runs r1 and is ready, but for what is changed. Zones go round in turn. */
export function aNode(index: number, status: Partial<NodeStatus> = {}, zones = 3): PlanFacts {
  const told: NodeStatus = {
    state: "running",
    current: "r1+00000000",
    restarts: 0,
    draining: false,
    retained: ["r1+00000000"],
    ...status,
  };
  const name = `app-${String(index + 1).padStart(2, "0")}`;
  return { name, zone: "abcdefgh"[index % zones] ?? "a", status: told, ready: told.state === "running" };
}

export function aFleet(
  count: number,
  status: (index: number) => Partial<NodeStatus> = () => ({}),
): PlanFacts[] {
  return Array.from({ length: count }, (_, index) => aNode(index, status(index)));
}

/** A rollout of r2 over a fleet that runs r1. */
export function aRequest(nodes: number, change: Partial<PlanRequest> = {}): PlanRequest {
  return {
    id: "one",
    environment: "local/prod",
    service: "app",
    target: aDeployable("r2"),
    previous: aDeployable("r1"),
    seed: "seed",
    policy: aService({ nodes }).rollout,
    hotfix: false,
    resume: null,
    ...change,
  };
}

/** The plan; throws where it is refused. */
export function aPlan(request: PlanRequest, fleet: readonly PlanFacts[]): Plan {
  const planned = planRollout(request, fleet);
  if (!planned.ok) throw new Error(`refused: ${planned.what}`);
  return planned.plan;
}
