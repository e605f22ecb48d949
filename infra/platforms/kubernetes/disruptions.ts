// How many pods of a service the cluster may take away at once for its own reasons, such as emptying a machine.
import * as kubernetes from "@pulumi/kubernetes";
import type { Service } from "../../../environments/shape.ts";
import { nodesAllowedOut } from "../../../environments/waves.ts";
import type { Context } from "./context.ts";
import { selectorOf } from "./labels.ts";

/** Declares the budget. */
export function disruptions(context: Context, service: Service): void {
  const { description, metadata, options } = context;
  new kubernetes.policy.v1.PodDisruptionBudget(
    service.name,
    {
      metadata: metadata(service.name, service.name),
      spec: {
        selector: { matchLabels: selectorOf(description.name, service.name) },
        maxUnavailable: podsAllowedOut(service),
        // A pod that never became ready protects nobody, and must not hold up the emptying of its machine.
        unhealthyPodEvictionPolicy: "AlwaysAllow",
      },
    },
    options,
  );
}

/**
 * Pods that may be out at once, counted at the smallest size of the fleet: a share would be rounded the other way by
 * Kubernetes. Never none: a machine could then not be emptied at all.
 */
export function podsAllowedOut({ nodes, scaling, rollout }: Service): number {
  return Math.max(1, nodesAllowedOut(scaling?.min ?? nodes, rollout.minHealthy));
}
