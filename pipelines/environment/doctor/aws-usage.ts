// How much of each quota others than this environment use: what is its own already counts as needed.
import type { Description } from "../../../environments/shape.ts";
import { autoScalingClient, balancerClient, ec2Client, rdsClient } from "../../drivers/aws-clients.ts";
import { onAws } from "../../drivers/aws-failure.ts";
import { physicalName } from "../../../infra/platforms/aws/names.ts";
import { tagKeys } from "../../../infra/platforms/aws/tags.ts";
import { familyOf } from "./needs.ts";
import type { Counted } from "./needs.ts";

type Tag = { Key?: string | undefined; Value?: string | undefined };

/** Counts in the environment's region. */
export function usedBy(description: Description, counted: Counted): Promise<number> {
  const { region, name } = description;
  const ours = (tags: readonly Tag[] = []) =>
    tags.some(({ Key, Value }) => Key === tagKeys.environment && Value === name);
  // What a list shows without tags is known by its name.
  const named = (text = "") => text.startsWith(`${physicalName(name, "")}-`);
  const deed = { doing: `counting ${counted} in use`, state: "nothing was touched" };
  return onAws(deed, async () => {
    if (counted === "networks") return networks(region, ours);
    if (counted === "groups") return groups(region, named);
    if (counted === "balancers") return balancers(region, named);
    if (counted === "databases") return databases(region, ours);
    if (counted === "addresses") return addresses(region, ours);
    return vcpus(region, counted, ours);
  });
}

/** Counts page by page. */
async function summed<Page>(
  client: { destroy: () => void },
  pages: AsyncIterable<Page>,
  count: (page: Page) => number,
): Promise<number> {
  let sum = 0;
  for await (const page of pages) sum += count(page);
  client.destroy();
  return sum;
}

async function vcpus(region: string, counted: Counted, ours: (tags?: Tag[]) => boolean): Promise<number> {
  const { paginateDescribeInstances } = await import("@aws-sdk/client-ec2");
  const client = await ec2Client(region);
  const Filters = [{ Name: "instance-state-name", Values: ["pending", "running"] }];
  return summed(client, paginateDescribeInstances({ client }, { Filters }), ({ Reservations = [] }) =>
    Reservations.flatMap(({ Instances = [] }) => Instances)
      .filter(
        ({ InstanceType = "", Tags, InstanceLifecycle }) =>
          !ours(Tags) && InstanceLifecycle !== "spot" && familyOf(InstanceType) === counted,
      )
      .reduce(
        (sum, { CpuOptions }) => sum + (CpuOptions?.CoreCount ?? 1) * (CpuOptions?.ThreadsPerCore ?? 1),
        0,
      ),
  );
}

async function networks(region: string, ours: (tags?: Tag[]) => boolean): Promise<number> {
  const { paginateDescribeVpcs } = await import("@aws-sdk/client-ec2");
  const client = await ec2Client(region);
  return summed(
    client,
    paginateDescribeVpcs({ client }, {}),
    ({ Vpcs = [] }) => Vpcs.filter(({ Tags }) => !ours(Tags)).length,
  );
}

async function groups(region: string, named: (name?: string) => boolean): Promise<number> {
  const { paginateDescribeAutoScalingGroups } = await import("@aws-sdk/client-auto-scaling");
  const client = await autoScalingClient(region);
  const pages = paginateDescribeAutoScalingGroups({ client }, {});
  return summed(
    client,
    pages,
    ({ AutoScalingGroups = [] }) =>
      AutoScalingGroups.filter(({ AutoScalingGroupName }) => !named(AutoScalingGroupName)).length,
  );
}

async function balancers(region: string, named: (name?: string) => boolean): Promise<number> {
  const { paginateDescribeLoadBalancers } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const client = await balancerClient(region);
  return summed(
    client,
    paginateDescribeLoadBalancers({ client }, {}),
    ({ LoadBalancers = [] }) =>
      LoadBalancers.filter(({ Type, LoadBalancerName }) => Type === "application" && !named(LoadBalancerName))
        .length,
  );
}

async function databases(region: string, ours: (tags?: Tag[]) => boolean): Promise<number> {
  const { paginateDescribeDBInstances } = await import("@aws-sdk/client-rds");
  const client = await rdsClient(region);
  return summed(
    client,
    paginateDescribeDBInstances({ client }, {}),
    ({ DBInstances = [] }) => DBInstances.filter(({ TagList }) => !ours(TagList)).length,
  );
}

async function addresses(region: string, ours: (tags?: Tag[]) => boolean): Promise<number> {
  const { DescribeAddressesCommand } = await import("@aws-sdk/client-ec2");
  const client = await ec2Client(region);
  try {
    const { Addresses = [] } = await client.send(new DescribeAddressesCommand({}));
    return Addresses.filter(({ Tags }) => !ours(Tags)).length;
  } finally {
    client.destroy();
  }
}
