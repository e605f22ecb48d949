// Lays a fleet out in waves: who is in which, how long each is watched, what stays in service meanwhile.
import { waveNodes } from "../../environments/waves.ts";
import type { Wave } from "../../environments/waves.ts";
import { spreadOrder } from "./order.ts";
import type { PlanFacts, PlannedWave, PlanRequest, Resume } from "./request.ts";

export interface Layout {
  bootstrap: boolean;
  serving: readonly string[];
  done: readonly string[];
  unreachable: readonly string[];
  /** So many may be out at one time. */
  out: number;
  /** Too few serve already: those that do not are updated first. */
  short: boolean;
}

/** The waves with what is left to do in them; waves with nothing left are dropped, unless a resumed run still owes their verdict. */
export function layOut(request: PlanRequest, fleet: readonly PlanFacts[], layout: Layout): PlannedWave[] {
  const { policy, hotfix, resume } = request;
  const { bootstrap, serving, done, unreachable, out } = layout;
  const reachable = fleet.filter(({ name }) => !unreachable.includes(name));
  const groups =
    resume && resume.waves.length > 0
      ? formerGroups(resume, reachable)
      : freshGroups(request, reachable, fleet.length, layout);
  const bake = request.bake ?? policy.bake;
  const up = new Set(serving);
  return groups.flatMap(({ number, members }) => {
    const nodes = members.filter((name) => !done.includes(name));
    const taken = Math.min(out, nodes.filter((name) => up.has(name)).length);
    const leastCapacity = (up.size - taken) / fleet.length;
    for (const name of nodes) up.add(name);
    const owed = resume !== null && members.length > 0 && !resume.passed.includes(number);
    if (nodes.length === 0 && !owed) return [];
    const first = number === 1;
    return {
      number,
      nodes,
      bakeSeconds: (first ? bake.first : bake.rest) * (hotfix ? 0.5 : 1),
      smokeRestart: policy.smokeRestart && first && !hotfix && !bootstrap,
      leastCapacity,
    };
  });
}

interface Group {
  number: number;
  members: string[];
}

function freshGroups(
  request: PlanRequest,
  reachable: readonly PlanFacts[],
  size: number,
  { bootstrap, serving, short }: Layout,
): Group[] {
  const { policy, hotfix, seed } = request;
  const spread = spreadOrder(reachable, seed).map(({ name }) => name);
  const late = new Set(short ? serving : []);
  const order = [...spread.filter((name) => !late.has(name)), ...spread.filter((name) => late.has(name))];
  // The waves between the first and the last are there to compare: with nothing before, there is nothing to compare with.
  const sizes = hotfix || bootstrap ? [policy.waves[0] ?? 1, { share: 1 }] : policy.waves;
  const ends = waveEnds(sizes, size);
  return ends.map((end, index) => ({
    number: index + 1,
    members: order.slice(index === 0 ? 0 : ends[index - 1], end),
  }));
}

/** The waves as they were planned, without nodes that are gone; nodes that came since join the last one. */
function formerGroups({ waves }: Resume, reachable: readonly PlanFacts[]): Group[] {
  const names = new Set(reachable.map(({ name }) => name));
  const planned = new Set(waves.flatMap(({ nodes }) => nodes));
  const added = [...names].filter((name) => !planned.has(name));
  return waves.map(({ number, nodes }, index) => ({
    number,
    members: [...nodes.filter((name) => names.has(name)), ...(index === waves.length - 1 ? added : [])],
  }));
}

// The fleet as it is may be larger or smaller than described: counts never shrink, and the last wave reaches every node.
function waveEnds(sizes: readonly Wave[], nodes: number): number[] {
  const counts = sizes.slice(0, -1).map((size) => Math.min(waveNodes(size, nodes), nodes));
  return [...new Set([...counts.map((_, index) => Math.max(...counts.slice(0, index + 1))), nodes])];
}
