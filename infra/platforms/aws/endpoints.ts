// Ways to the services of AWS from inside the network: nodes have no other way out, and nobody else a way in.
import * as aws from "@pulumi/aws";
import type { Context } from "./context.ts";
import type { Firewall } from "./firewall.ts";
import type { Network } from "./network.ts";

// What a node needs: sessions (ssm), logs and metrics, secrets, keys, and the group that waits for its word.
const services = [
  "ssm",
  "ssmmessages",
  "ec2messages",
  "logs",
  "monitoring",
  "secretsmanager",
  "kms",
  "autoscaling",
];

/**
 * Declares a gateway to S3 (free; artifacts and the packages of Amazon Linux come that way) and the endpoints. One costs about
 * 8 USD a zone and month: a protected environment has them in each zone, another one in its first zone, and pays for traffic between.
 */
export function endpoints(
  context: Context,
  network: Network,
  firewall: Firewall,
  podRoutes: readonly aws.ec2.RouteTable[],
): aws.ec2.VpcEndpoint[] {
  const { description, options, region } = context;
  const subnets = description.protection ? network.nodeSubnets : network.nodeSubnets.slice(0, 1);
  const s3 = new aws.ec2.VpcEndpoint(
    "s3",
    {
      vpcId: network.vpc.id,
      serviceName: `com.amazonaws.${region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: [network.routes, ...podRoutes].map(({ id }) => id),
      tags: context.tags("s3", { Name: context.name("s3") }),
    },
    options,
  );
  firewall.letNodesReach("nodes-to-s3", 443, s3.prefixListId);
  const interfaces = services.map(
    (service) =>
      new aws.ec2.VpcEndpoint(
        service,
        {
          vpcId: network.vpc.id,
          serviceName: `com.amazonaws.${region}.${service}`,
          vpcEndpointType: "Interface",
          privateDnsEnabled: true,
          subnetIds: subnets.map(({ id }) => id),
          securityGroupIds: [firewall.endpoints.id],
          tags: context.tags(service, { Name: context.name(service) }),
        },
        options,
      ),
  );
  return [s3, ...interfaces];
}
