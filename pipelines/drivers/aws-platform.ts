// The AWS platform for the release plane: the machines of the groups, reached by ssh through Session Manager.
import type { Description, Service } from "../../environments/shape.ts";
import type { SshHost } from "../../environments/ssh-shape.ts";
import type { AwsOutputs } from "../../infra/outputs.ts";
import { Refusal } from "../errors.ts";
import type { Fleet } from "../rollout/fleet.ts";
import { openArtifactBucket } from "./aws-artifacts.ts";
import type { ArtifactBucket } from "./aws-artifacts.ts";
import { openBalancer } from "./aws-balancer.ts";
import type { TargetGroupBalancer } from "./aws-balancer.ts";
import { deliverFromBucket } from "./aws-deliver.ts";
import { hostOf, openGroupFleet } from "./aws-fleet.ts";
import { awsCaller, callerIn } from "./aws-identity.ts";
import { openInventory } from "./aws-inventory.ts";
import type { Instance, Inventory } from "./aws-inventory.ts";
import { openSsmAccess } from "./aws-ssh.ts";
import type { SsmAccess } from "./aws-ssh.ts";
import type { Platform } from "./platform.ts";
import { openSshNodes } from "./ssh-nodes.ts";
import type { SshNodes } from "./ssh-nodes.ts";

export interface AwsPlace {
  repo: string;
  description: Description;
  /** What the infra plane tells; undefined for an environment that is not up. */
  outputs: () => Promise<AwsOutputs | undefined>;
  /** Gives the verified file of a digest. */
  artifact: (digest: string) => Promise<string>;
  /** How a machine is reached; as its first start sets it up, where left out. */
  host?: (instance: Instance, service: Service) => SshHost;
}

/** All that is opened with the first fleet. */
interface Opened {
  outputs: AwsOutputs;
  inventory: Inventory;
  balancer: TargetGroupBalancer;
  bucket: ArtifactBucket;
  access: SsmAccess;
  nodes: SshNodes;
}

/** Connects to nothing yet. */
export function openAwsPlatform(place: AwsPlace): Platform {
  let opened: Promise<Opened | undefined> | undefined;
  let ready: Opened | undefined;
  let cluster: Promise<Platform> | undefined;
  // The cluster's client is loaded only where something runs there.
  const pods = (): Promise<Platform> =>
    (cluster ??= import("./aws-cluster.ts").then(({ openAwsCluster }) => openAwsCluster(place)));
  const open = (): Promise<Opened | undefined> =>
    (opened ??= openAll(place).then(
      (all) => (ready = all),
      (error: unknown) => {
        opened = undefined;
        throw error;
      },
    ));
  return {
    admit: () => admit(place.description),
    fleet: async (service) => {
      const all = await open();
      if (all === undefined) return noFleet;
      const group = all.outputs.fleets.find((fleet) => fleet.service === service.name)?.group;
      if (group === undefined) throw notInOutputs(service.name);
      const { inventory, nodes } = all;
      return openGroupFleet({ group, service, inventory, nodes, host: place.host ?? hostOf });
    },
    rollouts: async (service) => (service.runs === "pods" ? (await pods()).rollouts?.(service) : undefined),
    metrics: {
      summaries: async (service, from, to) => {
        if (place.description.services[service]?.runs === "pods")
          return (await pods()).metrics.summaries(service, from, to);
        if (ready === undefined) throw new Error("no machine is connected");
        return ready.nodes.metrics.summaries(service, from, to);
      },
    },
    edge: async () => (await place.outputs())?.edge ?? null,
    bootOn: async (service, target) => {
      const all = await open();
      if (all === undefined) return;
      if (target !== null) await all.bucket.publish(target, () => place.artifact(target.digest));
      await all.bucket.bootOn(service, target);
    },
    sweep: async () => {},
    close: () => {
      for (const one of ready === undefined
        ? []
        : [ready.nodes, ready.access, ready.inventory, ready.balancer, ready.bucket])
        one.close();
    },
  };
}

/** Refuses without credentials for AWS, or with those of another account. */
export async function admit({ account, region }: Pick<Description, "account" | "region">): Promise<void> {
  if (account === undefined) await awsCaller(region);
  else await callerIn(account, region);
}

const noFleet: Fleet = {
  nodes: [],
  refresh: async () => ({ joined: [], left: [] }),
  settled: async () => false,
  [Symbol.dispose]: () => {},
};

async function openAll({
  repo,
  description,
  outputs: read,
  artifact,
}: AwsPlace): Promise<Opened | undefined> {
  await admit(description);
  const outputs = await read();
  if (outputs === undefined) return undefined;
  const { region } = outputs;
  const targetGroup = (service: string): string | null =>
    outputs.fleets.find((fleet) => fleet.service === service)?.targetGroup ?? null;
  const access = await openSsmAccess(repo, description.name, region);
  const [inventory, balancer, bucket] = await Promise.all([
    openInventory(region),
    openBalancer(region, targetGroup),
    openArtifactBucket(region, outputs.artifacts.bucket),
  ]);
  const { connectWithin, startsAtOnce } = description.ssh;
  const nodes = openSshNodes({
    repo,
    ssh: { config: access.config, connectWithin, startsAtOnce, hooks: {} },
    services: description.services,
    artifact,
    balancer,
    deliver: deliverFromBucket({ region, bucket: outputs.artifacts.bucket, publish: bucket.publish }),
  });
  return { outputs, inventory, balancer, bucket, access, nodes };
}

function notInOutputs(service: string): Refusal {
  return new Refusal("E_NOT_UP", {
    what: `the environment has no group for ${service} yet`,
    state: "nothing was touched",
    next: "surefoot up <environment>",
  });
}
