// Where pods live: subnets of their own, which unlike those of machines have a way out, and who may talk to them.
import * as aws from "@pulumi/aws";
import { zoneAddresses } from "./addresses.ts";
import type { Context } from "./context.ts";
import { gatewayCount } from "./eks-sizes.ts";
import { databasePort, servicePort } from "./firewall.ts";
import type { Firewall } from "./firewall.ts";
import type { Network } from "./network.ts";

export interface PodsNetwork {
  subnets: aws.ec2.Subnet[];
  /** One a zone. */
  routes: aws.ec2.RouteTable[];
  /** Nodes, pods and the control plane's side towards them. */
  group: aws.ec2.SecurityGroup;
  /** The way out, and that the subnets use it: before the first node. */
  ways: aws.ec2.Route[];
}

/** Declares it; undefined where no service runs as pods. */
export function podsNetwork(context: Context, network: Network, firewall: Firewall): PodsNetwork | undefined {
  const { description, options } = context;
  const ways = gatewayCount(description);
  if (ways === 0) return undefined;
  const zones = zoneAddresses(description.network.cidr, description.zones);
  const gateways = network.publicSubnets
    .slice(0, ways)
    .map((subnet, index) => gateway(context, zones[index]?.zone ?? "", subnet));
  const each = zones.map(({ zone, pods }, index) => {
    const name = `pods-${zone}`;
    const tags = context.tags(name, { Name: context.name(name) });
    const subnet = new aws.ec2.Subnet(
      name,
      {
        vpcId: network.vpc.id,
        availabilityZone: zone,
        cidrBlock: pods,
        mapPublicIpOnLaunch: false,
        tags,
      },
      options,
    );
    const table = new aws.ec2.RouteTable(name, { vpcId: network.vpc.id, tags }, options);
    new aws.ec2.RouteTableAssociation(name, { routeTableId: table.id, subnetId: subnet.id }, options);
    const way = new aws.ec2.Route(
      name,
      {
        routeTableId: table.id,
        destinationCidrBlock: "0.0.0.0/0",
        natGatewayId: (gateways[index] ?? gateways[0])?.id ?? "",
      },
      options,
    );
    return { subnet, table, way };
  });
  return {
    subnets: each.map(({ subnet }) => subnet),
    routes: each.map(({ table }) => table),
    ways: each.map(({ way }) => way),
    group: walls(context, network, firewall),
  };
}

function gateway(context: Context, zone: string, subnet: aws.ec2.Subnet): aws.ec2.NatGateway {
  const name = `nat-${zone}`;
  const tags = context.tags(name, { Name: context.name(name) });
  const address = new aws.ec2.Eip(name, { domain: "vpc", tags }, context.options);
  return new aws.ec2.NatGateway(
    name,
    { allocationId: address.id, subnetId: subnet.id, tags },
    context.options,
  );
}

function walls(context: Context, { vpc }: Network, firewall: Firewall): aws.ec2.SecurityGroup {
  const { description, options } = context;
  const group = new aws.ec2.SecurityGroup(
    "pods",
    {
      vpcId: vpc.id,
      name: context.name("pods"),
      description: "Nodes and pods of the cluster, and its control plane",
      tags: context.tags("pods"),
    },
    options,
  );
  // Which pod may talk to which is up to network policies; this wall is around all of them. SSH is closed behind it too.
  for (const [ipProtocol, fromPort] of [
    ["tcp", 23],
    ["udp", 53],
  ] as const) {
    const name = `pods-${ipProtocol}`;
    const own = { securityGroupId: group.id, referencedSecurityGroupId: group.id };
    const ports = { ...own, ipProtocol, fromPort, toPort: 65_535, tags: context.tags(name) };
    new aws.vpc.SecurityGroupIngressRule(name, ports, options);
    new aws.vpc.SecurityGroupEgressRule(name, ports, options);
  }
  // Images and charts come from registries that have no address in the network.
  new aws.vpc.SecurityGroupEgressRule(
    "pods-to-registries",
    {
      securityGroupId: group.id,
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      tags: context.tags("pods-to-registries"),
    },
    options,
  );
  firewall.allow("balancer-to-pods", firewall.balancer, group, servicePort);
  firewall.allow("pods-to-endpoints", group, firewall.endpoints, 443);
  if (description.database !== undefined)
    firewall.allow("pods-to-database", group, firewall.database, databasePort(description.database.engine));
  return group;
}
