// What Prometheus scrapes: every pod of every service, and the database.
import type { Service } from "../../../environments/shape.ts";
import type { Context, Metadata } from "./context.ts";
import { customObject, podMonitorKind, serviceMonitorKind } from "./custom-object.ts";
import { DATABASE } from "./database-names.ts";
import { labelKeys, selectorOf } from "./labels.ts";
import { PORT_NAME } from "./port.ts";

// Guards look at the last seconds: what is scraped more seldom than that is blind.
const SERVICE_INTERVAL = "5s";
const SERVICE_TIMEOUT = "4s";
const DATABASE_INTERVAL = "30s";

/** Declares the monitor of a service. Each series says of which template and release its pod is. */
export function serviceMonitor(context: Context, service: Service): void {
  const { name, metricsPath } = service;
  customObject(context, serviceMonitorKind, picked(context, context.metadata(name, name)), {
    selector: { matchLabels: selectorOf(context.description.name, name) },
    podTargetLabels: [labelKeys.template, labelKeys.release],
    endpoints: [
      { port: PORT_NAME, path: metricsPath, interval: SERVICE_INTERVAL, scrapeTimeout: SERVICE_TIMEOUT },
    ],
  });
}

/** Declares the monitor of the database's instances. */
export function databaseMonitor(context: Context): void {
  customObject(context, podMonitorKind, picked(context, context.metadata(DATABASE)), {
    selector: { matchLabels: { [labelKeys.database]: DATABASE } },
    podMetricsEndpoints: [{ port: "metrics", interval: DATABASE_INTERVAL }],
  });
}

/** With the labels by which the operator of this cluster picks monitors and rules; ours cannot be taken over by them. */
export function picked({ description }: Context, metadata: Metadata): Metadata {
  return { ...metadata, labels: { ...description.kubernetes.monitorLabels, ...metadata.labels } };
}
