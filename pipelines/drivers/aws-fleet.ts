// The machines of one group as a fleet: read again whenever it is asked, because the group replaces machines by itself.
import type { Service } from "../../environments/shape.ts";
import type { SshHost } from "../../environments/ssh-shape.ts";
import { nodeUser } from "../../infra/platforms/aws/ssh-config.ts";
import type { Fleet, FleetNode } from "../rollout/fleet.ts";
import type { Instance, Inventory } from "./aws-inventory.ts";
import { systemClock } from "./clock.ts";
import type { SshNodes } from "./ssh-nodes.ts";

export interface GroupPlace {
  /** Name of the Auto Scaling group. */
  group: string;
  service: Service;
  inventory: Inventory;
  nodes: SshNodes;
  /** How a machine is reached. */
  host: (instance: Instance, service: Service) => SshHost;
}

const pollSeconds = 5;
// A machine starts, installs its packages and boots on the pin within a few minutes.
const bootSeconds = 600;

/** Opens the group's fleet as it is now. */
export async function openGroupFleet({ group, service, inventory, nodes, host }: GroupPlace): Promise<Fleet> {
  const hosts = async (): Promise<SshHost[]> =>
    (await inventory.members(group)).serving.map((instance) => host(instance, service));
  const settle = async (): Promise<void> => {
    for (const end = systemClock.now() + bootSeconds * 1000; systemClock.now() < end;) {
      if ((await inventory.members(group)).booting === 0) return;
      await systemClock.sleep(pollSeconds);
    }
  };
  let current = nodes.fleet(service, await hosts());
  const fleet: Fleet = {
    nodes: current.nodes,
    refresh: async (whole = false) => {
      if (whole) await settle();
      const before = fleet.nodes;
      current = nodes.fleet(service, await hosts());
      fleet.nodes = current.nodes;
      const names = (list: readonly FleetNode[]): Set<string> => new Set(list.map(({ name }) => name));
      const [known, there] = [names(before), names(fleet.nodes)];
      return {
        joined: fleet.nodes.filter(({ name }) => !known.has(name)),
        left: [...known].filter((name) => !there.has(name)),
      };
    },
    settled: (name, draining, within) => current.settled(name, draining, within),
    [Symbol.dispose]: () => current[Symbol.dispose](),
  };
  return fleet;
}

/** A machine as its first start sets it up (infra/platforms/aws/node-start.sh). */
export function hostOf({ id, zone }: Instance, service: Service): SshHost {
  return {
    name: id,
    service: service.name,
    address: id,
    port: 22,
    user: nodeUser,
    zone,
    root: `/opt/surefoot/${service.name}`,
    servicePort: 8080,
  };
}
