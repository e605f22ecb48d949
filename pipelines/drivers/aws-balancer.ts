// The balancer on AWS as the release plane uses it: a machine leaves its target group and comes back.
import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { SshHost } from "../../environments/ssh-shape.ts";
import { balancerClient } from "./aws-clients.ts";
import { onAws } from "./aws-failure.ts";
import { systemClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import type { Balancer } from "./ssh-hooks.ts";

export interface TargetGroupBalancer extends Balancer {
  busy: (host: SshHost) => Promise<boolean>;
  close: () => void;
}

const pollSeconds = 1;
// A target group asks a target every few seconds, and wants several good answers.
const healthySeconds = 120;

/**
 * The balancer in front of services; `groupOf` gives the target group of a service, or null for one without. A machine that
 * is taken out gets nothing new from the moment its state is draining. It stays so for the group's whole delay, also when
 * its last request ended before: that AWS does not tell.
 */
export async function openBalancer(
  region: string,
  groupOf: (service: string) => string | null,
  clock: Clock = systemClock,
): Promise<TargetGroupBalancer> {
  const client = await balancerClient(region);
  const inGroup = async <T>(host: SshHost, without: T, work: (group: string) => Promise<T>): Promise<T> => {
    const group = groupOf(host.service);
    const state = `${host.name} may be in or out of its target group`;
    return group === null
      ? without
      : onAws({ doing: `telling the balancer of ${host.name}`, state }, () => work(group));
  };
  const stateOf = (group: string, host: SshHost): Promise<string> => targetState(client, group, host.address);
  return {
    drain: (host) =>
      inGroup(host, null, async (group) => {
        await client.send(
          new DeregisterTargetsCommand({ TargetGroupArn: group, Targets: [{ Id: host.address }] }),
        );
        return null;
      }),
    undrain: (host) =>
      inGroup(host, null, async (group) => {
        await client.send(
          new RegisterTargetsCommand({ TargetGroupArn: group, Targets: [{ Id: host.address }] }),
        );
        const end = clock.now() + healthySeconds * 1000;
        let state = "";
        while (clock.now() < end) {
          state = await stateOf(group, host);
          if (state === "healthy") return null;
          await clock.sleep(pollSeconds);
        }
        return `its target group still calls it ${state} after ${healthySeconds} s`;
      }),
    busy: (host) => inGroup(host, false, async (group) => (await stateOf(group, host)) === "draining"),
    close: () => client.destroy(),
  };
}

async function targetState(client: ElasticLoadBalancingV2Client, group: string, id: string): Promise<string> {
  const { TargetHealthDescriptions: [target] = [] } = await client.send(
    new DescribeTargetHealthCommand({ TargetGroupArn: group, Targets: [{ Id: id }] }),
  );
  return target?.TargetHealth?.State ?? "unused";
}
