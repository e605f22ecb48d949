// Which services run on machines of their own and which as pods: fleets and cluster never take the same one.
import type { Description, Service } from "../../../environments/shape.ts";
import { chartNamespaces } from "../kubernetes/charts.ts";

type Services = Pick<Description, "services">;

/** Services that have an Auto Scaling group each. */
export function onMachines({ services }: Services): Service[] {
  return Object.values(services).filter(({ runs }) => runs === "machines");
}

/** Services that run in the environment's cluster; there is a cluster where there is one of these. */
export function onPods({ services }: Services): Service[] {
  return Object.values(services).filter(({ runs }) => runs === "pods");
}

/** The most pods that a service may grow to. */
export function mostPods({ nodes, scaling }: Service): number {
  return Math.max(nodes, scaling?.max ?? 0);
}

/**
 * The description as its cluster is to see it: its pods, and what this program itself put there. Database, way in and alerts
 * are those of AWS.
 */
export function podsDescription(description: Description): Description {
  const { database: _database, kubernetes: given, alerts: _alerts, ...rest } = description;
  const { namespace, registry, base, pullSecret } = given;
  const kubernetes = {
    ...(namespace === undefined ? {} : { namespace }),
    ...(registry === undefined ? {} : { registry }),
    ...(base === undefined ? {} : { base }),
    ...(pullSecret === undefined ? {} : { pullSecret }),
    prometheus: `http://prometheus-operated.${chartNamespaces.metrics}:9090`,
    monitorLabels: {},
  };
  const services = Object.fromEntries(onPods(description).map((service) => [service.name, service]));
  return { ...rest, alerts: { emails: [] }, services, kubernetes };
}
