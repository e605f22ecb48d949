// Pins that outlived their release: its rollout was taken back, and git, or this clone of it, was not told.
import { storeKey } from "../drivers/store.ts";
import { held } from "../drivers/pins.ts";
import type { Pin } from "../drivers/pins.ts";
import type { Workspace } from "../environment/workspace.ts";
import { rollouts } from "../journal/entries.ts";
import type { JournaledPlan } from "../rollout/prepare.ts";

/** How a rollout ends that is to leave the pin from before it. */
const taken = new Set(["rolled-back", "down"]);

/**
 * The pin that the service should have, where the one it has was never verified and its rollout, the last of all, was taken back;
 * undefined where the pin stands.
 */
export async function takenBack(
  { store, name, pins, clock }: Pick<Workspace, "store" | "name" | "pins" | "clock">,
  service: string,
): Promise<Pin | undefined> {
  const { current, verifiedAt } = pins.of(service);
  if (current === null || verifiedAt !== undefined) return undefined;
  const last = (await rollouts(store, storeKey("rollout", name.id, service, ""))).at(-1);
  if (last === undefined || !taken.has(last.outcome ?? "")) return undefined;
  const { target, before } = last.plan as JournaledPlan;
  // The way back to a release ends so too.
  if (target.id !== current.id || before.current?.id === current.id) return undefined;
  if (last.outcome === "down") return before;
  const { release, id } = target;
  return held(before, { release, id, reason: "its rollout was taken back", all: false }, clock.now());
}
