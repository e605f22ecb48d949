// A player: finds a game server by the edge, plays a session, leaves, and comes again.
import { ask } from "./ask.ts";
import { type Place, playSession } from "./session.ts";
import type { World } from "./world.ts";
import { between, pause } from "./world.ts";

const FIRST_JOIN_MS = 1000;

/** Plays one session after another until the generator stops. */
export async function play(name: string, world: World): Promise<void> {
  await pause(between(0, FIRST_JOIN_MS), world.stop);
  while (!world.stop.aborted) {
    const outcome = await join(name, world);
    // A refused player asks again soon, a finished one rests.
    await pause(outcome === "played" ? between(50, 250) : between(100, 300), world.stop);
  }
}

async function join(name: string, world: World): Promise<"played" | "refused"> {
  const { arguments: settings, tally, agent, stop } = world;
  const place = await findPlace(settings.edge, agent).catch((error: Error) => error.message);
  if (stop.aborted) return "refused";
  if (typeof place === "string") {
    tally.failedJoin(`${name} asks the edge: ${place}`);
    return "refused";
  }
  const { least, most } = settings.session;
  const outcome = await playSession(name, place, between(least, most) * 1000, world);
  if (outcome === "redirected") tally.redirected += 1;
  return outcome === "played" ? "played" : "refused";
}

async function findPlace(edge: string, agent: World["agent"]): Promise<Place> {
  const { status, body } = await ask(`${edge}/_join/server`, agent);
  if (status !== 200) throw new Error(`status ${status}`);
  const { node, address, port } = JSON.parse(body) as Place;
  if (!address || !Number.isInteger(port)) throw new Error(`no place in ${body.slice(0, 100)}`);
  return { node, address, port };
}
