// What a region of AWS has: its zones, and how large its types of machine are.
import { ec2Client } from "../../drivers/aws-clients.ts";
import { onAws } from "../../drivers/aws-failure.ts";
import type { AwsProbes } from "./aws.ts";

const state = "nothing was touched";

/** The part of the probes that asks EC2 what there is. */
export function machineProbes(region: string): Pick<AwsProbes, "zones" | "vcpus"> {
  return {
    zones: async () => {
      const { DescribeAvailabilityZonesCommand } = await import("@aws-sdk/client-ec2");
      const client = await ec2Client(region);
      try {
        const deed = { doing: `listing the zones of ${region}`, state };
        const found = await onAws(deed, () => client.send(new DescribeAvailabilityZonesCommand({})));
        const open = (found.AvailabilityZones ?? []).filter((zone) => zone.State === "available");
        return open.flatMap(({ ZoneName }) => ZoneName ?? []).toSorted();
      } finally {
        client.destroy();
      }
    },
    vcpus: async (machines) => {
      const { paginateDescribeInstanceTypes } = await import("@aws-sdk/client-ec2");
      const client = await ec2Client(region);
      try {
        // A filter finds those that are there; naming them would refuse all for the sake of one.
        const Filters = [{ Name: "instance-type", Values: [...machines] }];
        const sizes: [string, number][] = [];
        await onAws({ doing: "asking for types of machine", state }, async () => {
          for await (const { InstanceTypes = [] } of paginateDescribeInstanceTypes({ client }, { Filters }))
            for (const { InstanceType = "", VCpuInfo } of InstanceTypes)
              if (VCpuInfo?.DefaultVCpus !== undefined) sizes.push([InstanceType, VCpuInfo.DefaultVCpus]);
        });
        return Object.fromEntries(sizes);
      } finally {
        client.destroy();
      }
    },
  };
}
