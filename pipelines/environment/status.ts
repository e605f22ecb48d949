// The verb `status`: who holds the environment, what each service is pinned to, how every node is.
import type { Service } from "../../environments/shape.ts";
import { readLease } from "../lease/claim.ts";
import { releaseOf } from "../release/deployable.ts";
import { engineOf } from "./engine.ts";
import type { Workspace } from "./workspace.ts";

export interface StatusNode {
  name: string;
  zone: string;
  release: string | null;
  /** running, draining, starting, stopped, idle (no release yet), not-ready, down or unreachable. */
  state: string;
  sessions: number;
}

export interface Status {
  environment: string;
  platform: string;
  /** Where users reach the services; null while it is down. */
  edge: string | null;
  lease: { holder: string; reason: string; since: string; expires: string } | null;
  services: {
    name: string;
    kind: string;
    pin: string | null;
    /** Id of a rollout that was interrupted or paused. */
    unfinished: string | null;
    nodes: StatusNode[];
  }[];
}

/** Reads all of it from the nodes themselves; takes no lease and changes nothing. */
export async function status(workspace: Workspace): Promise<Status> {
  const { name, description, store } = workspace;
  const lease = await readLease(store, name.id);
  const iso = (ms: number): string => new Date(ms).toISOString();
  return {
    environment: name.id,
    platform: description.platform,
    edge: await workspace.platform.edge(),
    lease: lease
      ? {
          holder: lease.holder,
          reason: lease.reason,
          since: iso(lease.acquiredAt),
          expires: iso(lease.expiresAt),
        }
      : null,
    services: await Promise.all(
      Object.values(description.services).map((service) => serviceStatus(workspace, service)),
    ),
  };
}

async function serviceStatus(workspace: Workspace, service: Service): Promise<Status["services"][number]> {
  using engine = await engineOf(workspace, service);
  const [facts, loads] = await Promise.all([engine.facts(), engine.loads()]);
  const [open] = await workspace.journal.unfinished(workspace.name.id, service.name);
  return {
    name: service.name,
    kind: service.kind,
    pin: workspace.pins.of(service.name).current?.release ?? null,
    unfinished: open?.id ?? null,
    nodes: facts.map(({ name, zone, status: { state, current, draining }, ready }) => ({
      name,
      zone,
      release: releaseOf(current),
      state: stateText(state, draining, ready),
      sessions: loads.get(name) ?? 0,
    })),
  };
}

function stateText(state: string, draining: boolean, ready: boolean): string {
  if (state !== "running") return state;
  if (draining) return "draining";
  return ready ? "running" : "not-ready";
}
