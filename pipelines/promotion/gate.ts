// The gate of `deploy`: into an environment that gets its releases from another one goes only what was verified there.
import type { Service } from "../../environments/shape.ts";
import type { Workspace } from "../environment/workspace.ts";
import type { Deployable } from "../rollout/fleet.ts";
import { eligible } from "./eligible.ts";
import { factsOf, parityOf } from "./prepare.ts";
import { notAlike, notEligible } from "./refusals.ts";
import { findRelease } from "./stored.ts";
import { readSamples } from "./contracts/samples.ts";
import { upstreamOf } from "./upstream.ts";

/** What `promote` was told by a person; nobody else sets it. */
export interface Promoted {
  hotfix: boolean;
  liftHold: boolean;
}

/**
 * Refuses a release that may not come in: E_NOT_PROMOTED, E_SOAK, E_HOLD, E_PARITY. What is pinned here or was good here before
 * may always come back, and rehearsals are nobody's gate. Contract samples with mistakes are refused for all (E_SAMPLE): here
 * nothing is touched yet.
 */
export async function mustBeEligible(
  workspace: Workspace,
  service: Service,
  { release, digest }: Pick<Deployable, "release" | "digest">,
  promoted: Promoted = { hotfix: false, liftHold: false },
): Promise<void> {
  readSamples(workspace.repo, service);
  if (workspace.name.local || workspace.description.promotion === undefined) return;
  const { current, history } = workspace.pins.of(service.name);
  // The same name with other bytes is another release.
  if ([current, ...history].some((one) => one?.release === release && one.digest === digest)) return;
  const upstream = upstreamOf(workspace);
  const where = { service: service.name, environment: workspace.name.id, upstream: upstream.name.id };
  const found = eligible(factsOf(workspace, upstream, { service: service.name, release, ...promoted }));
  if (!found.ok && found.code !== null) throw notEligible(found, where);
  const stored = await findRelease(workspace, upstream, service, release);
  const parity = parityOf(upstream, service, stored);
  if (parity.stops.length > 0) throw notAlike(parity, where);
}
