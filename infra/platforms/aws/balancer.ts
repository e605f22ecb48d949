// The one way in: an Application Load Balancer with TLS, a rule for each service, and access logs.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PrivateBucket } from "./bucket.ts";
import { certificate } from "./certificate.ts";
import type { DnsRecord } from "./certificate.ts";
import type { Context } from "./context.ts";
import type { Firewall } from "./firewall.ts";
import { limits } from "./names.ts";
import type { Network } from "./network.ts";
import { routes } from "./routes.ts";

export interface Balancer {
  balancer: aws.lb.LoadBalancer;
  /** Each node group must come after the rule that sends to it. */
  ready: pulumi.Resource[];
  url: pulumi.Output<string>;
  records: pulumi.Input<DnsRecord[]>;
}

type TargetGroups = Map<string, aws.lb.TargetGroup>;

/** Declares balancer, listeners and rules. Throws for a protected environment without TLS. */
export function balancer(
  context: Context,
  { publicSubnets }: Network,
  firewall: Firewall,
  groups: TargetGroups,
  logs: PrivateBucket,
): Balancer {
  const { description, options } = context;
  const { edge, name } = description;
  if (edge === undefined && description.protection)
    throw new Error(
      `edge: ${name} is protected, so its users must reach it over TLS; write edge: {domain: play.example.com}, and a certificate where you have one`,
    );
  const sessions = Object.values(description.services).some(({ kind }) => kind === "sessions");
  const resource = new aws.lb.LoadBalancer(
    "balancer",
    {
      name: context.name("", limits.balancer),
      loadBalancerType: "application",
      internal: false,
      subnets: publicSubnets.map(({ id }) => id),
      securityGroups: [firewall.balancer.id],
      dropInvalidHeaderFields: true,
      enableDeletionProtection: description.protection,
      // A quiet player is still there: clients that ping every few minutes keep their connection.
      idleTimeout: sessions ? 300 : 60,
      accessLogs: { enabled: true, bucket: logs.bucket.bucket, prefix: "balancer" },
      tags: context.tags("balancer"),
    },
    { ...options, dependsOn: logs.policy },
  );
  const cert = edge && certificate(context, edge);
  const listener = cert ? tlsListener(context, resource, cert.arn) : plainListener(context, resource);
  const rules = rulesOf(context, listener, groups);
  const url = edge ? pulumi.output(`https://${edge.domain}`) : pulumi.interpolate`http://${resource.dnsName}`;
  return { balancer: resource, ready: rules, url, records: cert?.records ?? [] };
}

// What no rule knows is answered here and reaches no node.
const nothing = {
  type: "fixed-response",
  fixedResponse: { contentType: "text/plain", messageBody: "no such service", statusCode: "404" },
};

function tlsListener(
  context: Context,
  to: aws.lb.LoadBalancer,
  certificateArn: pulumi.Input<string>,
): aws.lb.Listener {
  const redirect = { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" };
  new aws.lb.Listener(
    "http",
    {
      loadBalancerArn: to.arn,
      port: 80,
      protocol: "HTTP",
      defaultActions: [{ type: "redirect", redirect }],
      tags: context.tags("http"),
    },
    context.options,
  );
  return new aws.lb.Listener(
    "https",
    {
      loadBalancerArn: to.arn,
      port: 443,
      protocol: "HTTPS",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
      certificateArn,
      defaultActions: [nothing],
      tags: context.tags("https"),
    },
    context.options,
  );
}

function plainListener(context: Context, to: aws.lb.LoadBalancer): aws.lb.Listener {
  return new aws.lb.Listener(
    "http",
    {
      loadBalancerArn: to.arn,
      port: 80,
      protocol: "HTTP",
      defaultActions: [nothing],
      tags: context.tags("http"),
    },
    context.options,
  );
}

function rulesOf(context: Context, listener: aws.lb.Listener, groups: TargetGroups): aws.lb.ListenerRule[] {
  return routes(Object.values(context.description.services)).flatMap(
    ({ service, priority, patterns, strip }) => {
      const group = groups.get(service);
      if (group === undefined) return [];
      const rewrite = { regex: `^${strip}/?(.*)$`, replace: "/$1" };
      return new aws.lb.ListenerRule(
        service,
        {
          listenerArn: listener.arn,
          priority,
          conditions: [{ pathPattern: { values: patterns } }],
          actions: [{ type: "forward", targetGroupArn: group.arn }],
          ...(strip === "" ? {} : { transforms: [{ type: "url-rewrite", urlRewriteConfig: { rewrite } }] }),
          tags: context.tags(service),
        },
        context.options,
      );
    },
  );
}
