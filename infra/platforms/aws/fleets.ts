// All fleets: each service's machines, given what is theirs of the things that all share.
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Context } from "./context.ts";
import type { Firewall } from "./firewall.ts";
import { fleet } from "./fleet.ts";
import type { Network } from "./network.ts";
import { onMachines } from "./runs.ts";

export interface FleetsNeed {
  network: Network;
  firewall: Firewall;
  targetGroups: Map<string, aws.lb.TargetGroup>;
  secrets: Map<string, aws.secretsmanager.Secret>;
  logs: Map<string, aws.cloudwatch.LogGroup>;
  bucket: aws.s3.Bucket;
  key: aws.kms.Key;
  boundary: aws.iam.Policy;
  first: pulumi.Resource[];
}

/** Declares a fleet for each service on machines; its group by the service's name. */
export function fleets(context: Context, needs: FleetsNeed): Map<string, aws.autoscaling.Group> {
  const { bucket, key, boundary, network, firewall, first } = needs;
  return new Map(
    onMachines(context.description).map((service) => {
      const own = {
        targetGroup: ofService(needs.targetGroups, service.name),
        secret: ofService(needs.secrets, service.name),
        logs: ofService(needs.logs, service.name),
      };
      const may = { bucket, key, boundary, account: network.account, secret: own.secret, logs: own.logs };
      return [
        service.name,
        fleet(context, service, { network, firewall, targetGroup: own.targetGroup, first }, may),
      ];
    }),
  );
}

function ofService<Resource>(all: Map<string, Resource>, service: string): Resource {
  const found = all.get(service);
  if (found === undefined) throw new Error(`nothing was declared for the service ${service}`);
  return found;
}
