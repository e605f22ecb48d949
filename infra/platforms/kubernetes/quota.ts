// What the environment may take of its cluster, so that a mistake in it leaves the others alone.
import * as kubernetes from "@pulumi/kubernetes";
import type { Service } from "../../../environments/shape.ts";
import { BACKUP_RESOURCES } from "./backups.ts";
import type { Context } from "./context.ts";
import { instancesOf } from "./database-instances.ts";
import type { Wanted } from "./database-instances.ts";
import { bytesText, coresText, millicores } from "./quantities.ts";

// A pod that drains counts until it is gone, and its successor runs by then. A rollback in the middle of that drains the
// successor too: a quota that is smaller would hold up exactly the way back.
const GENERATIONS = 3;
// Jobs of the database that run beside its instances: making the first one, joining another, upgrading.
const DATABASE_JOBS = 2;

/** Declares the quota, and defaults for pods that ask for nothing. */
export function quota(context: Context, services: readonly Service[]): void {
  const { description, options, metadata } = context;
  new kubernetes.core.v1.ResourceQuota(
    "environment",
    { metadata: metadata("environment"), spec: { hard: hardLimits(services, description.database) } },
    options,
  );
  new kubernetes.core.v1.LimitRange(
    "environment",
    {
      metadata: metadata("environment"),
      spec: {
        limits: [
          {
            type: "Container",
            defaultRequest: { cpu: "100m", memory: "128Mi" },
            default: { memory: "256Mi" },
          },
        ],
      },
    },
    options,
  );
}

/** The numbers, for pods of all services at their most and for the database. */
export function hardLimits(
  services: readonly Service[],
  database: Wanted | undefined,
): Record<string, string> {
  const shares = services.map(({ nodes, scaling, resources }) => ({
    pods: (scaling?.max ?? nodes) * GENERATIONS,
    resources,
  }));
  const instances = instancesOf(database);
  if (database !== undefined) {
    const { cpu, memory } = database.resources;
    // Beside each instance the plugin keeps its backups.
    const resources = {
      cpu: `${millicores(cpu) + millicores(BACKUP_RESOURCES.cpu)}m`,
      memory: memory + BACKUP_RESOURCES.memory,
    };
    shares.push({ pods: instances + DATABASE_JOBS, resources });
  }
  const sum = (of: (share: (typeof shares)[number]) => number): number =>
    shares.reduce((total, share) => total + share.pods * of(share), 0);
  const memory = bytesText(sum(({ resources }) => resources.memory));
  return {
    pods: String(sum(() => 1)),
    "requests.cpu": coresText(sum(({ resources }) => millicores(resources.cpu))),
    "requests.memory": memory,
    "limits.memory": memory,
    // One volume more than instances: a new one is made before a broken one is given up.
    persistentvolumeclaims: String(database === undefined ? 0 : instances + 1),
    "requests.storage": bytesText(database === undefined ? 0 : (instances + 1) * database.storage),
    "services.loadbalancers": "0",
    "services.nodeports": "0",
  };
}
