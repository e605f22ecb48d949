// Names the state that a plan starts from, so that an approval does not outlive it: the engine's own plans do not bind it.
import { hashOf } from "../review/digest.ts";

interface Deployment {
  resources?: Record<string, unknown>[];
  pending_operations?: unknown[];
}

/**
 * `sha256:...` over every resource and every unfinished operation; "none" where there is no resource. When something was written
 * does not matter. The state holds secrets in clear: it goes into the hash and nowhere else.
 */
export function stateVersion(deployment: unknown): string {
  const { resources = [], pending_operations: pending = [] } = (deployment ?? {}) as Deployment;
  const lasting = resources.map((resource) =>
    Object.fromEntries(Object.entries(resource).filter(([key]) => key !== "created" && key !== "modified")),
  );
  if (lasting.length === 0) return "none";
  return hashOf([lasting, pending]);
}
