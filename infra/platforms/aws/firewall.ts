// Who may talk to whom: users to the balancer, the balancer to nodes, nodes to database and endpoints. Nothing else, and no SSH.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Context } from "./context.ts";
import type { Network } from "./network.ts";

/** Port that services listen on (PORT). */
export const servicePort = 8080;

export interface Firewall {
  balancer: aws.ec2.SecurityGroup;
  nodes: aws.ec2.SecurityGroup;
  database: aws.ec2.SecurityGroup;
  endpoints: aws.ec2.SecurityGroup;
  /** Lets one side call a TCP port of the other. */
  allow: (name: string, from: aws.ec2.SecurityGroup, to: aws.ec2.SecurityGroup, port: number) => void;
  /** Lets nodes reach a port of a service of AWS that has no address in the network. */
  letNodesReach: (name: string, port: number, prefixListId: pulumi.Input<string>) => void;
}

/** Declares one security group a role, and the rules between them. */
export function firewall(context: Context, { vpc }: Network): Firewall {
  const { options, description } = context;
  const group = (name: string, what: string): aws.ec2.SecurityGroup =>
    new aws.ec2.SecurityGroup(
      name,
      { vpcId: vpc.id, name: context.name(name), description: what, tags: context.tags(name) },
      options,
    );
  const balancer = group("balancer", "Users reach it");
  const nodes = group("nodes", "Reached by the balancer only");
  const database = group("database", "Reached by nodes only");
  const endpoints = group("endpoints", "Services of AWS, reached by nodes only");
  const rule = { ipProtocol: "tcp" };
  for (const port of description.edge === undefined ? [80] : [80, 443]) {
    const name = `users-${port}`;
    new aws.vpc.SecurityGroupIngressRule(
      name,
      {
        ...rule,
        securityGroupId: balancer.id,
        cidrIpv4: "0.0.0.0/0",
        fromPort: port,
        toPort: port,
        tags: context.tags(name),
      },
      options,
    );
  }
  const allow: Firewall["allow"] = (name, from, to, port) => {
    const ports = { ...rule, fromPort: port, toPort: port, tags: context.tags(name) };
    new aws.vpc.SecurityGroupEgressRule(
      name,
      { ...ports, securityGroupId: from.id, referencedSecurityGroupId: to.id },
      options,
    );
    new aws.vpc.SecurityGroupIngressRule(
      name,
      { ...ports, securityGroupId: to.id, referencedSecurityGroupId: from.id },
      options,
    );
  };
  allow("balancer-to-nodes", balancer, nodes, servicePort);
  allow("nodes-to-endpoints", nodes, endpoints, 443);
  if (description.database !== undefined)
    allow("nodes-to-database", nodes, database, databasePort(description.database.engine));
  const letNodesReach: Firewall["letNodesReach"] = (name, port, prefixListId) => {
    new aws.vpc.SecurityGroupEgressRule(
      name,
      {
        ...rule,
        prefixListId,
        securityGroupId: nodes.id,
        fromPort: port,
        toPort: port,
        tags: context.tags(name),
      },
      options,
    );
  };
  return { balancer, nodes, database, endpoints, allow, letNodesReach };
}

/** The port that each engine listens on. */
export function databasePort(engine: "postgres" | "mysql"): number {
  return engine === "postgres" ? 5432 : 3306;
}
