// How the number of a service's pods follows the load, and the floors that are opened ahead of a known rush.
import * as kubernetes from "@pulumi/kubernetes";
import type { Service } from "../../../environments/shape.ts";
import type { Context } from "./context.ts";
import { customObject, rolloutKind, scaledKind } from "./custom-object.ts";
import { cronTrigger } from "./floors.ts";

/** Declares a scaler: Kubernetes' own, or KEDA's where floors open by the clock; nothing for a fleet of a fixed size. */
export function scaling(context: Context, service: Service): void {
  const wanted = service.scaling;
  if (wanted === undefined) return;
  const target = { ...rolloutKind, name: service.name };
  const [least, percent] = [wanted.min ?? service.nodes, Math.round(wanted.cpu * 100)];
  if (wanted.floors.length > 0) {
    customObject(context, scaledKind, context.metadata(service.name, service.name), {
      scaleTargetRef: target,
      minReplicaCount: least,
      maxReplicaCount: wanted.max,
      pollingInterval: 15,
      advanced: { horizontalPodAutoscalerConfig: { behavior: behaviour(service) } },
      triggers: [
        {
          type: "cpu",
          name: "cpu",
          metricType: "Utilization",
          metadata: { value: String(percent), containerName: service.name },
        },
        ...wanted.floors.map(cronTrigger),
      ],
    });
    return;
  }
  const cpu = { name: "cpu", container: service.name };
  new kubernetes.autoscaling.v2.HorizontalPodAutoscaler(
    service.name,
    {
      // KEDA refuses a workload that has a scaler. The first floor replaces this one, which goes only after that.
      metadata: context.metadata(service.name, service.name, {
        "validations.keda.sh/hpa-ownership": "false",
      }),
      spec: {
        scaleTargetRef: target,
        minReplicas: least,
        maxReplicas: wanted.max,
        metrics: [
          {
            type: "ContainerResource",
            containerResource: { ...cpu, target: { type: "Utilization", averageUtilization: percent } },
          },
        ],
        behavior: behaviour(service),
      },
    },
    context.options,
  );
}

// Up at once, down slowly: a pod that goes takes its caches along, or makes its players move.
function behaviour({ kind }: Service): kubernetes.types.input.autoscaling.v2.HorizontalPodAutoscalerBehavior {
  const calm = kind === "sessions" ? { window: 1800, every: 300 } : { window: 600, every: 60 };
  return {
    scaleUp: {
      stabilizationWindowSeconds: 0,
      selectPolicy: "Max",
      policies: [
        { type: "Percent", value: 100, periodSeconds: 60 },
        { type: "Pods", value: 4, periodSeconds: 60 },
      ],
    },
    scaleDown: {
      stabilizationWindowSeconds: calm.window,
      selectPolicy: "Min",
      policies: [{ type: "Percent", value: 10, periodSeconds: calm.every }],
    },
  };
}
