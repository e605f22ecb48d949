// A service's machines: an Auto Scaling group that keeps their number, and waits for a node to start and to be emptied.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Service } from "../../../environments/shape.ts";
import type { Context } from "./context.ts";
import type { Firewall } from "./firewall.ts";
import { launchTemplate, nodeTags } from "./launch-template.ts";
import { limits } from "./names.ts";
import type { Network } from "./network.ts";
import type { NodeMay } from "./node-role.ts";
import { drainHook, drainWithin, launchHook } from "./node-start.ts";
import { scaling } from "./scaling.ts";

export interface FleetNeeds {
  network: Network;
  firewall: Firewall;
  targetGroup: aws.lb.TargetGroup;
  /** Node script, ways to AWS, rules of the balancer: what must be there before the first machine starts. */
  first: pulumi.Resource[];
}

// Packages, artifact, start: a machine that is not a node after this time is given up.
const START_SECONDS = 900;

/** Declares template, group, hooks and scaling of one service. */
export function fleet(
  context: Context,
  service: Service,
  needs: FleetNeeds,
  may: NodeMay,
): aws.autoscaling.Group {
  const template = launchTemplate(context, service, needs, may);
  const group = new aws.autoscaling.Group(
    service.name,
    {
      name: context.name(service.name, limits.group),
      ...size(service),
      launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
      vpcZoneIdentifiers: needs.network.nodeSubnets.map(({ id }) => id),
      targetGroupArns: [needs.targetGroup.arn],
      // The machine's own health, not the service's: a node without a release, or one that a rollout holds, does not answer the
      // balancer, and must not be replaced for that. What a bad release does is judged by the rollout, and alarms tell the rest.
      healthCheckType: "EC2",
      healthCheckGracePeriod: 60,
      defaultInstanceWarmup: Math.ceil(service.startWithin),
      capacityRebalance: false,
      // Nodes are spread when they start. None is taken from its players only to even the zones out.
      suspendedProcesses: ["AZRebalance"],
      initialLifecycleHooks: [
        {
          name: launchHook,
          lifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
          heartbeatTimeout: START_SECONDS,
          defaultResult: "ABANDON",
        },
      ],
      instanceRefresh: refresh(service),
      waitForCapacityTimeout: "20m",
      forceDelete: !context.description.protection,
      enabledMetrics: [
        "GroupInServiceInstances",
        "GroupDesiredCapacity",
        "GroupPendingInstances",
        "GroupTerminatingInstances",
      ],
      tags: Object.entries(nodeTags(context, service)).map(([key, value]) => ({
        key,
        value,
        propagateAtLaunch: true,
      })),
    },
    {
      ...context.options,
      dependsOn: needs.first,
      ignoreChanges: movedByScaling(service),
    },
  );
  new aws.autoscaling.LifecycleHook(
    service.name,
    {
      name: drainHook,
      autoscalingGroupName: group.name,
      lifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
      heartbeatTimeout: drainWithin(service),
      defaultResult: "CONTINUE",
    },
    context.options,
  );
  scaling(context, service, group);
  return group;
}

// What the group changes by itself is no drift: an update on a busy evening must not close the floor that is open. Each floor's
// action sets the minimum, so that a new one in the description counts from the next of them on.
function movedByScaling({ scaling: wanted }: Service): string[] {
  if (wanted === undefined) return [];
  return wanted.floors.length === 0 ? ["desiredCapacity"] : ["desiredCapacity", "minSize"];
}

function size({ nodes, scaling: wanted }: Service): {
  minSize: number;
  maxSize: number;
  desiredCapacity?: number;
} {
  if (wanted === undefined) return { minSize: nodes, maxSize: nodes, desiredCapacity: nodes };
  return { minSize: wanted.min ?? nodes, maxSize: wanted.max };
}

// Another type, image or start script: machines are replaced a few at a time. A release never comes this way, so that nothing
// but a rollout ever moves it, and a rolled-back group cannot bring a bad one back.
function refresh({ rollout, startWithin }: Service): aws.types.input.autoscaling.GroupInstanceRefresh {
  return {
    strategy: "Rolling",
    preferences: {
      minHealthyPercentage: Math.floor(rollout.minHealthy * 100),
      instanceWarmup: String(Math.ceil(startWithin)),
      skipMatching: true,
    },
  };
}
