// The watcher resource of the local platform: the process that scrapes every node's metrics.
import * as pulumi from "@pulumi/pulumi";

export const watcherType = "surefoot:local:Watcher";

export interface WatcherInputs {
  intervalSeconds: number;
  services: {
    name: string;
    metricsPath: string;
    metrics: { requests: string; errors: string; latency: string; sessions: string };
  }[];
}

export class Watcher extends pulumi.CustomResource {
  constructor(name: string, inputs: WatcherInputs, options: pulumi.CustomResourceOptions) {
    super(watcherType, name, { ...inputs, running: true }, options);
  }
}
