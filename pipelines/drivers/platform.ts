// What the release plane asks of a platform: its fleets, its metrics, its edge, and what new nodes boot on.
import type { Service } from "../../environments/shape.ts";
import type { PlannedResource } from "../../infra/planned.ts";
import type { Rollouts } from "../rollout/argo/rollouts.ts";
import type { Deployable, Fleet, Metrics } from "../rollout/fleet.ts";

export interface Platform {
  /** Refuses when this environment is not ours to touch: no credentials, or those of another account. */
  admit: () => Promise<void>;
  /** Refuses a plan that would take what is somebody else's, or that could only be carried out by half. */
  stands?: (planned: readonly PlannedResource[]) => Promise<void>;
  /** The service's nodes as they are now; none for an environment that is not up. */
  fleet: (service: Service) => Promise<Fleet>;
  /** Where Argo Rollouts moves this service's releases, the way to it; undefined: the waves engine does. */
  rollouts?: (service: Service) => Promise<Rollouts | undefined>;
  metrics: Metrics;
  /** Address under which users reach the services, or null while there is none. */
  edge: () => Promise<string | null>;
  /** Makes nodes that join from now on boot this release; null: none. A platform whose nodes never join by themselves does nothing. */
  bootOn: (service: string, target: Deployable | null) => Promise<void>;
  /** Takes away what the engine may not know of, after `down`. */
  sweep: () => Promise<void>;
  close: () => void;
}
