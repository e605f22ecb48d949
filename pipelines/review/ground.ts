// Gathers what a plan stands on, before the engine is asked what it would do: commit, versions, state, description, releases, pins.
import { changeCommit } from "../drivers/git-history.ts";
import { versionsOf } from "../drivers/change-versions.ts";
import type { Pin } from "../drivers/pins.ts";
import { serviceOf } from "../environment/describe.ts";
import type { Workspace } from "../environment/workspace.ts";
import { releaseOf } from "../release/deployable.ts";
import type { Manifest } from "../release/manifest.ts";
import type { Deployable } from "../rollout/fleet.ts";
import { targetOf } from "../rollout/prepare.ts";
import type { ReviewedPin, ReviewedRelease, ReviewPolicy } from "./change.ts";
import { readDelivered } from "./delivered.ts";
import type { Delivered } from "./delivered.ts";
import { hashOf } from "./digest.ts";
import { brings, contentOf, historyOf, putThere } from "./history.ts";
import type { History } from "./history.ts";
import type { PlanGround } from "./plan.ts";
import { atLeast, rangesOf, strictest } from "./ranges.ts";

/** What is to be carried out: the infra plane, releases by service and name (without one: the pinned), or both. */
export interface ReviewScope {
  infra: boolean;
  releases: readonly { service: string; release?: string | undefined }[];
  /** At least so many have to agree, where the description asks for fewer: a hotfix needs a second person. */
  people?: number | undefined;
}

export interface Ground {
  plan: PlanGround;
  policy: ReviewPolicy;
  /** Builders of the releases, as their manifests name them. */
  builders: string[];
  /** What each release was built from, by service. */
  sources: Record<string, string | null>;
}

/**
 * `state`: version of the engine's state; `known`: what was last carried out, where that was read already. Refuses with E_COMMIT where
 * what is checked out is not one commit, and as releases do.
 */
export async function groundOf(
  workspace: Workspace,
  scope: ReviewScope,
  state: () => Promise<string>,
  known?: Delivered,
): Promise<Ground> {
  const { repo, name, description, store } = workspace;
  const history = await historyOf(workspace);
  const commit = await changeCommit(repo);
  const delivered = known ?? (await readDelivered(store, name.id));
  const releases = (await Promise.all(scope.releases.map((one) => releaseIn(workspace, one)))).filter(
    ({ reviewed, target, pin }) => brings(history.get(reviewed.service), target, pin),
  );
  const sources = releases.map(({ manifest: { service, commit: source } }) => ({ service, source }));
  const parts = { infra: scope.infra, sources };
  return {
    plan: {
      environment: name.id,
      commit,
      infra: scope.infra,
      ranges: rangesOf(delivered, parts, commit),
      versions: await versionsOf(),
      state: await state(),
      description: hashOf(description),
      releases: releases.map(({ reviewed }) => reviewed),
      pins: pinsIn(workspace, history),
    },
    policy: strictest(delivered, parts, atLeast(description.approval, scope)),
    builders: releases.map(({ manifest }) => manifest.builtBy),
    sources: Object.fromEntries(sources.map(({ service, source }) => [service, source])),
  };
}

interface PlannedRelease {
  reviewed: ReviewedRelease;
  target: Deployable;
  manifest: Manifest;
  pin: Pin;
}

async function releaseIn(
  workspace: Workspace,
  { service: asked, release }: ReviewScope["releases"][number],
): Promise<PlannedRelease> {
  const service = serviceOf(workspace.description, asked);
  const deployable = await targetOf(workspace, service, release);
  const pin = workspace.pins.of(service.name);
  const manifest = await workspace.artifacts.manifests.read(service.name, deployable.release);
  const { id: to, digest } = deployable;
  const content = contentOf(deployable);
  const reviewed = { service: service.name, from: pin.current?.id ?? null, to, digest, content };
  return { reviewed, target: deployable, manifest, pin };
}

function pinsIn({ pins, description }: Workspace, history: Map<string, History>): ReviewedPin[] {
  return Object.keys(description.services).flatMap((service) => {
    const { current, history: back } = pins.of(service);
    if (current === null) return [];
    const known = putThere(history.get(service), current);
    return [{ service, id: current.id, content: hashOf({ current, back }), known }];
  });
}

/** The release of a deployable's id, as `--release` takes it. */
export const scopeOf = ({ service, to }: Pick<ReviewedRelease, "service" | "to">) => ({
  service,
  release: releaseOf(to) ?? undefined,
});
