// Questions that a node of the cluster asks a pod: may it get traffic, has it started, does it live at all.
import type { Service } from "../../../environments/shape.ts";
import { PORT_NAME } from "./port.ts";

export interface Probe {
  httpGet: { path: string; port: string };
  periodSeconds: number;
  timeoutSeconds: number;
  failureThreshold: number;
  terminationGracePeriodSeconds?: number;
}

/** The three probes of a service. */
export function probes(service: Service): {
  readinessProbe: Probe;
  startupProbe: Probe;
  livenessProbe: Probe;
} {
  const health = { path: service.health, port: PORT_NAME };
  // A pod that failed these has no sessions worth waiting for: the long grace of a drain is not for it.
  const soon = { terminationGracePeriodSeconds: Math.max(1, Math.ceil(service.stopWithin)) };
  return {
    readinessProbe: { httpGet: health, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 2 },
    startupProbe: {
      httpGet: health,
      periodSeconds: 1,
      timeoutSeconds: 1,
      failureThreshold: Math.max(1, Math.ceil(service.startWithin)),
      ...soon,
    },
    // Not the health path: a service that is unwell because of something else is not helped by a restart, which would cut
    // every session. Only one that answers nothing for two minutes is started anew. Kubernetes does not ask while it drains.
    livenessProbe: {
      httpGet: { path: service.metricsPath, port: PORT_NAME },
      periodSeconds: 20,
      timeoutSeconds: 10,
      failureThreshold: 6,
      ...soon,
    },
  };
}
