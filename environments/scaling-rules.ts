// Rules of a service's scaling: the number of nodes, its limits and its floors must fit each other.
import type { Finding, Path } from "./complaint.ts";
import type { ForPlatform } from "./platform-rules.ts";

type Scaled = Pick<ForPlatform["services"][string], "nodes" | "scaling">;

/** What is impossible in the scaling of these services. */
export function scalingRules(services: Record<string, Scaled>): Finding[] {
  return Object.entries(services).flatMap(([name, service]) =>
    oneServiceRules(service).map((finding) => ({
      ...finding,
      path: ["services", name, "scaling", ...finding.path],
    })),
  );
}

function oneServiceRules({ nodes, scaling }: Scaled): Finding[] {
  if (scaling === undefined) return [];
  const { min = nodes, max, floors } = scaling;
  const findings: Finding[] = [];
  const complain = (path: Path, rule: string, message: string) => findings.push({ path, rule, message });
  if (min > nodes) complain(["min"], "scaling-min", `${min} is more than the ${nodes} nodes it starts with`);
  if (max < nodes) complain(["max"], "scaling-max", `${max} is less than the ${nodes} nodes it starts with`);
  for (const [index, floor] of floors.entries()) {
    const at = ["floors", index] as const;
    if (floor.nodes < min || floor.nodes > max) {
      const message = `${floor.nodes} is not between ${min} and ${max}, the fewest and the most nodes`;
      complain([...at, "nodes"], "floor-out-of-range", message);
    }
    if (floor.from === floor.to) complain([...at, "to"], "floor-empty", "must differ from `from`");
    if (floors.findIndex(({ name }) => name === floor.name) < index)
      complain([...at, "name"], "floor-twice", `${floor.name} is already the name of a floor`);
  }
  return findings;
}
