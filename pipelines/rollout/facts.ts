// Asks every node of a service how it is: what a plan is made from, and what a resumed run trusts.
import { NodeTrouble } from "./fleet.ts";
import type { Fleet, NodeStatus } from "./fleet.ts";
import { reasonOf } from "./node-update.ts";
import type { PlanFacts } from "./request.ts";

const unreachable: NodeStatus = {
  state: "unreachable",
  current: null,
  restarts: 0,
  draining: false,
  retained: [],
};

/** All nodes at once; one that does not answer, or whose keeper is dead, is `unreachable`. */
export async function fleetFacts(fleet: Fleet): Promise<PlanFacts[]> {
  return Promise.all(
    fleet.nodes.map(async (node) => {
      const { name, zone } = node;
      try {
        const status = await node.status();
        if (status.state === "down")
          return {
            name,
            zone,
            status: { ...status, ...unreachable },
            ready: false,
            trouble: "its keeper is down",
          };
        return { name, zone, status, ready: status.state === "running" && (await node.ready()) };
      } catch (error) {
        if (!(error instanceof NodeTrouble)) throw error;
        return { name, zone, status: unreachable, ready: false, trouble: reasonOf(error, name) };
      }
    }),
  );
}
