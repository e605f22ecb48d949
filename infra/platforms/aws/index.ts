// The AWS platform, as a list of contents: a description in, everything it asks for in one account, outputs out.
import * as pulumi from "@pulumi/pulumi";
import type { Description } from "../../../environments/shape.ts";
import type { AwsOutputs } from "../../outputs.ts";
import { access } from "./access.ts";
import { alarms } from "./alarms.ts";
import { alerts } from "./alerts.ts";
import { artifacts } from "./artifacts.ts";
import { backupAlarms } from "./backup-alarms.ts";
import { backups } from "./backups.ts";
import { balancer } from "./balancer.ts";
import { boundary } from "./boundary.ts";
import { budget } from "./budget.ts";
import { awsContext } from "./context.ts";
import { dashboard } from "./dashboard.ts";
import { databaseAlarms } from "./database-alarms.ts";
import { database } from "./database.ts";
import type { Database } from "./database.ts";
import { podsNetwork } from "./eks-network.ts";
import { eks } from "./eks.ts";
import { endpoints } from "./endpoints.ts";
import { firewall } from "./firewall.ts";
import { fleets } from "./fleets.ts";
import { logBucket, logGroups } from "./logs.ts";
import { network } from "./network.ts";
import { nodeFile } from "./node-files.ts";
import { encryptionKey, serviceSecrets } from "./secrets.ts";
import { targetGroups } from "./target-groups.ts";

/** The outputs contract, each value as the engine will know it. */
export type AwsTold = { [Key in keyof AwsOutputs]: Told<AwsOutputs[Key]> };

type Told<Value> = pulumi.Input<Value> | { [Key in keyof Value]: pulumi.Input<Value[Key]> };

/** Declares the environment. Throws, saying what to write, where the description leaves out what AWS needs. */
export function awsPlatform(description: Description): AwsTold {
  const context = awsContext(description);

  const net = network(context);
  const walls = firewall(context, net);
  const pods = podsNetwork(context, net, walls);
  const ways = endpoints(context, net, walls, pods?.routes ?? []);

  const key = encryptionKey(context, net);
  const limit = boundary(context, net);
  const workflows = access(context, net, limit);

  const releases = artifacts(context, key);
  const logs = logBucket(context, net);
  const secrets = serviceSecrets(context, key);

  const data = database(context, net, walls, key);
  const vault = backups(context, net, key, limit, data);

  const groups = targetGroups(context, net);
  const edge = balancer(context, net, walls, groups, logs);
  const script = nodeFile(context, releases.bucket);
  const nodes = fleets(context, {
    network: net,
    firewall: walls,
    targetGroups: groups,
    bucket: releases.bucket,
    key,
    secrets,
    logs: logGroups(context),
    boundary: limit,
    first: [...ways, script, ...edge.ready],
  });

  const topic = alerts(context, net, key, limit);
  const watched = { balancer: edge, groups: nodes, targetGroups: groups };
  alarms(context, topic, watched);
  backupAlarms(context, topic, vault);
  if (data !== undefined) databaseAlarms(context, topic, data);
  dashboard(context, watched, data);
  budget(context, topic);

  const cluster =
    pods &&
    eks(context, {
      network: pods,
      vpc: net.vpc,
      key,
      boundary: limit,
      topic,
      workflows,
      targetGroups: groups,
      ready: edge.ready,
    });

  return {
    platform: "aws",
    region: context.region,
    fleets: pulumi.output(
      [...nodes].map(([service, group]) => ({
        service,
        group: group.name,
        targetGroup: groups.get(service)?.arn ?? null,
      })),
    ),
    artifacts: { bucket: releases.bucket.bucket },
    logs: { bucket: logs.bucket.bucket },
    cluster: cluster ?? null,
    database: data === undefined ? null : databaseTold(data),
    backups: { vault: vault.name },
    alerts: { topic: topic.arn },
    edge: edge.url,
  };
}

function databaseTold({ primary, replica }: Database): AwsTold["database"] {
  return pulumi.output({
    identifier: primary.identifier,
    endpoint: primary.endpoint,
    replica: replica?.endpoint ?? null,
    secret: primary.masterUserSecrets.apply((secrets) => secrets?.[0]?.secretArn ?? ""),
  });
}
