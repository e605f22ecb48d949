// What the balancer sends to: a target group for each service, its nodes' health, and how a node is let go.
import * as aws from "@pulumi/aws";
import type { Service } from "../../../environments/shape.ts";
import type { Context } from "./context.ts";
import { servicePort } from "./firewall.ts";
import { limits } from "./names.ts";
import type { Network } from "./network.ts";

// AWS waits no longer than this for connections to end.
const LONGEST_DELAY_SECONDS = 3600;
// AWS calls a target draining for the whole delay, also when its last request ended at once: a rollout waits for that.
const REQUEST_SECONDS = 30;

/**
 * Seconds that a node which is let go keeps the connections it has: sessions as long as a drain may take; requests so short
 * that the delay is over well before a drain's limit, at which a node counts as not emptied.
 */
export function deregistrationDelay({ kind, rollout }: Service): number {
  const { sessions, limit } = rollout.drain;
  if (kind === "http") return Math.min(REQUEST_SECONDS, Math.floor(limit / 2));
  return sessions === "cut" ? 0 : Math.min(LONGEST_DELAY_SECONDS, Math.ceil(limit));
}

/**
 * Declares them. Sessions go through the balancer as WebSockets: a connection stays on its node by itself, the cookie brings a
 * player who lost it back to that node, and a drained node keeps its players while new ones go elsewhere.
 */
export function targetGroups(context: Context, { vpc }: Network): Map<string, aws.lb.TargetGroup> {
  const { services } = context.description;
  return new Map(
    Object.values(services).map((service) => [
      service.name,
      new aws.lb.TargetGroup(
        service.name,
        {
          // Another name for pods: a group of another kind is made before the balancer lets the old one go.
          name: context.name(
            service.runs === "pods" ? `${service.name}-pods` : service.name,
            limits.balancer,
          ),
          vpcId: vpc.id,
          port: servicePort,
          protocol: "HTTP",
          targetType: service.runs === "pods" ? "ip" : "instance",
          deregistrationDelay: deregistrationDelay(service),
          slowStart: 30,
          healthCheck: {
            path: service.health,
            matcher: "200",
            interval: 5,
            timeout: 3,
            healthyThreshold: 2,
            unhealthyThreshold: 2,
          },
          stickiness: {
            enabled: service.kind === "sessions",
            type: "lb_cookie",
            cookieDuration: 86_400,
          },
          tags: context.tags(service.name),
        },
        context.options,
      ),
    ]),
  );
}
