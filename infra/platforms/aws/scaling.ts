// How the number of a service's nodes follows the load, and the floors that are opened ahead of a known rush.
import * as aws from "@pulumi/aws";
import type { Service } from "../../../environments/shape.ts";
import type { Context } from "./context.ts";
import { floorActions } from "./floors.ts";

/** Declares target tracking and scheduled actions; nothing for a fleet of a fixed size. */
export function scaling(context: Context, service: Service, group: aws.autoscaling.Group): void {
  const wanted = service.scaling;
  if (wanted === undefined) return;
  new aws.autoscaling.Policy(
    service.name,
    {
      name: "cpu",
      autoscalingGroupName: group.name,
      policyType: "TargetTrackingScaling",
      targetTrackingConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: "ASGAverageCPUUtilization" },
        targetValue: wanted.cpu * 100,
      },
    },
    context.options,
  );
  for (const { name, minimum, recurrence, timezone } of floorActions(
    wanted.floors,
    wanted.min ?? service.nodes,
  )) {
    new aws.autoscaling.Schedule(
      `${service.name}.${name}`,
      {
        scheduledActionName: name,
        autoscalingGroupName: group.name,
        minSize: minimum,
        // Left as they are: a higher minimum raises the number by itself.
        maxSize: -1,
        desiredCapacity: -1,
        recurrence,
        timeZone: timezone,
      },
      context.options,
    );
  }
}
