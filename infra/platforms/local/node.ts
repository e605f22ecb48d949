// The node resource of the local platform: a folder with the node script in it, and a keeper process.
import * as pulumi from "@pulumi/pulumi";

export const nodeType = "surefoot:local:Node";

export interface NodeInputs {
  service: string;
  kind: "http" | "sessions";
  zone: string;
  health: string;
}

export class Node extends pulumi.CustomResource {
  constructor(name: string, inputs: NodeInputs, options: pulumi.CustomResourceOptions) {
    super(nodeType, name, { ...inputs, running: true }, options);
  }
}
