// The machines of an Auto Scaling group, as AWS lists them at this moment.
import { DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import type { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { autoScalingClient } from "./aws-clients.ts";
import { onAws } from "./aws-failure.ts";

export interface Instance {
  id: string;
  zone: string;
}

export interface GroupMembers {
  /** In service, sorted by id. */
  serving: Instance[];
  /** How many boot and will serve. */
  booting: number;
}

export interface Inventory {
  members: (group: string) => Promise<GroupMembers>;
  close: () => void;
}

/** Opens the inventory of a region. A group that is not there has no members. */
export async function openInventory(region: string): Promise<Inventory> {
  const client = await autoScalingClient(region);
  return { members: (group) => members(client, group), close: () => client.destroy() };
}

async function members(client: AutoScalingClient, group: string): Promise<GroupMembers> {
  const deed = { doing: `listing the machines of ${group}`, state: "nothing was changed by this" };
  const { AutoScalingGroups: groups = [] } = await onAws(deed, () =>
    client.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] })),
  );
  const instances = groups.flatMap(({ Instances = [] }) => Instances);
  const serving = instances.flatMap(({ InstanceId: id, AvailabilityZone: zone, LifecycleState: state }) =>
    id !== undefined && zone !== undefined && state === "InService" ? [{ id, zone }] : [],
  );
  return {
    serving: serving.toSorted((one, other) => one.id.localeCompare(other.id)),
    booting: instances.filter(({ LifecycleState: state }) => state?.startsWith("Pending")).length,
  };
}
