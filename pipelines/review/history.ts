// What rollouts of ours did with services, by the journal: what they put there, and what is no change because of it.
import type { Pin } from "../drivers/pins.ts";
import { storeKey } from "../drivers/store.ts";
import type { Workspace } from "../environment/workspace.ts";
import { rollouts } from "../journal/entries.ts";
import type { Deployable } from "../rollout/fleet.ts";
import type { JournaledPlan } from "../rollout/prepare.ts";
import { hashOf } from "./digest.ts";

/** Of one service: releases that our rollouts found good or went back to, and what is still under way. */
export interface History {
  seen: Deployable[];
  open: Deployable | undefined;
}

/** By service, of all that are described. */
export async function historyOf(workspace: Workspace): Promise<Map<string, History>> {
  const services = Object.keys(workspace.description.services);
  return new Map(
    await Promise.all(services.map(async (one) => [one, await serviceHistory(workspace, one)] as const)),
  );
}

async function serviceHistory({ store, name }: Workspace, service: string): Promise<History> {
  const found = await rollouts(store, storeKey("rollout", name.id, service, ""));
  const plans = found.map(({ plan, outcome }) => ({ ...(plan as JournaledPlan), outcome }));
  const open = plans.findLast(({ outcome }) => outcome === undefined)?.target;
  const seen = plans.flatMap(({ target, before, outcome }) => [
    ...(outcome === "deployed" || target === open ? [target] : []),
    ...(before.current ? [before.current] : []),
  ]);
  return { seen, open };
}

/** An unfinished rollout goes on: it was agreed to when it began. What runs already, put there by us, is no change either. */
export function brings(history: History | undefined, target: Deployable, pin: Pin): boolean {
  if (history?.open !== undefined && same(history.open, target)) return false;
  const runs = pin.current !== null && same(pin.current, target);
  return !runs || !putThere(history, target);
}

/** Whether a rollout of ours has put exactly this on the service before. */
export async function ranBefore(workspace: Workspace, service: string, target: Deployable): Promise<boolean> {
  return putThere(await serviceHistory(workspace, service), target);
}

/** The same, of what is known of the service. */
export function putThere(history: History | undefined, target: Deployable): boolean {
  return (history?.seen ?? []).some((one) => same(one, target));
}

/** `sha256:...` over what runs, without what a pin remembers beside it. */
export function contentOf({ id, release, digest, configHash, config, start }: Deployable): string {
  return hashOf([id, release, digest, configHash, config, start]);
}

const same = (one: Deployable, other: Deployable): boolean => contentOf(one) === contentOf(other);
