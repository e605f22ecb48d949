// How the release plane gets into the cluster of an environment on AWS: by what `up` told of it, and the caller's own credentials.
import { KubeConfig } from "@kubernetes/client-node";
import type { Description } from "../../environments/shape.ts";
import type { AwsOutputs } from "../../infra/outputs.ts";
import { clusterConfig } from "../../infra/platforms/aws/eks-config.ts";
import { podsDescription } from "../../infra/platforms/aws/runs.ts";
import { Refusal } from "../errors.ts";
import { openKubernetesPlatform } from "./kubernetes-platform.ts";
import type { Platform } from "./platform.ts";

export interface ClusterPlace {
  description: Description;
  /** What the infra plane tells; undefined for an environment that is not up. */
  outputs: () => Promise<AwsOutputs | undefined>;
  /** Gives the verified file of a digest. */
  artifact: (digest: string) => Promise<string>;
}

/** The services that run as pods, on the cluster that the infra plane has made. Connects to nothing yet. */
export function openAwsCluster({ description, outputs, artifact }: ClusterPlace): Platform {
  return openKubernetesPlatform({
    description: podsDescription(description),
    config: async () => awsClusterConfig(await outputs(), description.name),
    artifact,
    edge: async () => null,
  });
}

/** A kubeconfig with one context, named like the cluster. Refuses with E_NOT_UP where there is none yet. */
export function awsClusterConfig(outputs: AwsOutputs | undefined, environment: string): KubeConfig {
  if (outputs === undefined || outputs.cluster === null)
    throw new Refusal("E_NOT_UP", {
      what: `${environment} has no cluster yet`,
      state: "nothing was touched",
      next: `surefoot up ${environment}`,
    });
  const config = new KubeConfig();
  config.loadFromString(JSON.stringify(clusterConfig(outputs.cluster, outputs.region)));
  return config;
}
