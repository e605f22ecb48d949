// The environment's private network: public subnets for the balancer only, private ones for nodes and database, no way out.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { zoneAddresses } from "./addresses.ts";
import type { Context } from "./context.ts";

export interface Network {
  vpc: aws.ec2.Vpc;
  /** The account that it lies in: as described, else as AWS says. */
  account: pulumi.Input<string>;
  /** Route table of nodes: nothing leads out of the network. */
  routes: aws.ec2.RouteTable;
  publicSubnets: aws.ec2.Subnet[];
  nodeSubnets: aws.ec2.Subnet[];
  databaseSubnets: aws.ec2.Subnet[];
}

/** Declares the network over the description's zones. Throws where there are too few for a balancer and a database. */
export function network(context: Context): Network {
  const { description, options } = context;
  const { cidr } = description.network;
  const zones = zoneAddresses(cidr, description.zones);
  if (zones.length < 2)
    throw new Error(
      `zones: a balancer and a database on AWS need two zones or more; write zones: [${context.region}a, ${context.region}b]`,
    );
  const vpc = new aws.ec2.Vpc(
    "network",
    {
      cidrBlock: cidr.replace(/^[\d.]+/, (address) =>
        [...address.split("."), "0", "0"].slice(0, 4).join("."),
      ),
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: context.tags("network", { Name: context.name("network") }),
    },
    options,
  );
  const subnet = (name: string, zone: string, cidrBlock: string): aws.ec2.Subnet =>
    new aws.ec2.Subnet(
      name,
      {
        vpcId: vpc.id,
        availabilityZone: zone,
        cidrBlock,
        mapPublicIpOnLaunch: false,
        tags: context.tags(name, { Name: context.name(name) }),
      },
      options,
    );
  const subnets = (kind: "public" | "nodes" | "database"): Map<string, aws.ec2.Subnet> =>
    new Map(
      zones.map((each) => [`${kind}-${each.zone}`, subnet(`${kind}-${each.zone}`, each.zone, each[kind])]),
    );
  const [open, nodes, data] = [subnets("public"), subnets("nodes"), subnets("database")];
  // What nobody configured lets nothing in or out: a resource that forgot its own group is closed, not open.
  new aws.ec2.DefaultSecurityGroup(
    "default-closed",
    { vpcId: vpc.id, ingress: [], egress: [], tags: context.tags("default-closed") },
    options,
  );
  wayToUsers(context, vpc, open);
  const routes = routeTable(context, vpc, "nodes", new Map([...nodes, ...data]));
  const account = description.account ?? vpc.ownerId;
  return {
    vpc,
    account,
    routes,
    publicSubnets: [...open.values()],
    nodeSubnets: [...nodes.values()],
    databaseSubnets: [...data.values()],
  };
}

function wayToUsers(context: Context, vpc: aws.ec2.Vpc, subnets: Map<string, aws.ec2.Subnet>): void {
  const { options } = context;
  const tags = context.tags("internet", { Name: context.name("internet") });
  const gateway = new aws.ec2.InternetGateway("internet", { vpcId: vpc.id, tags }, options);
  const routes = routeTable(context, vpc, "public", subnets);
  new aws.ec2.Route(
    "internet",
    { routeTableId: routes.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
    options,
  );
}

function routeTable(
  context: Context,
  vpc: aws.ec2.Vpc,
  name: string,
  subnets: Map<string, aws.ec2.Subnet>,
): aws.ec2.RouteTable {
  const { options } = context;
  const tags = context.tags(name, { Name: context.name(name) });
  const routes = new aws.ec2.RouteTable(name, { vpcId: vpc.id, tags }, options);
  for (const [label, subnet] of subnets) {
    const link = { routeTableId: routes.id, subnetId: subnet.id };
    new aws.ec2.RouteTableAssociation(label, link, options);
  }
  return routes;
}
