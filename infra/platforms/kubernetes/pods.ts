// The services of an environment as pods in one namespace, as a list of contents, wherever their cluster comes from.
import type * as pulumi from "@pulumi/pulumi";
import { alerts } from "./alerts.ts";
import { within } from "./context.ts";
import type { Context } from "./context.ts";
import { database } from "./database.ts";
import { disruptions } from "./disruptions.ts";
import { firewall } from "./firewall.ts";
import { ingress } from "./ingress.ts";
import { databaseMonitor, serviceMonitor } from "./monitors.ts";
import { namespace } from "./namespace.ts";
import { podTemplate } from "./pod-template.ts";
import { quota } from "./quota.ts";
import { rollout } from "./rollout.ts";
import { scaling } from "./scaling.ts";
import { address } from "./service.ts";

export interface Pods {
  /** Where users reach the services of kind http; null without an ingress. */
  edge: string | null;
  /** Whatever else lies in it comes after it. */
  namespace: pulumi.Resource;
}

/** Declares namespace, walls, database and services of a context. */
export function podsPlatform(cluster: Context): Pods {
  const place = namespace(cluster);
  const context = within(cluster, place);
  const services = Object.values(context.description.services);
  quota(context, services);
  firewall(context, services);

  const wanted = context.description.database;
  if (wanted !== undefined) {
    database(context, wanted);
    databaseMonitor(context);
  }
  for (const service of services) {
    address(context, service);
    podTemplate(context, service);
    rollout(context, service);
    scaling(context, service);
    disruptions(context, service);
    serviceMonitor(context, service);
  }
  const edge = ingress(context, services);
  alerts(context, services);
  return { edge, namespace: place };
}
