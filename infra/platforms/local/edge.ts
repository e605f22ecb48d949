// The edge resource of the local platform: the one process through which users reach the services.
import * as pulumi from "@pulumi/pulumi";

export const edgeType = "surefoot:local:Edge";

export interface EdgeInputs {
  services: { name: string; kind: "http" | "sessions"; route: string }[];
}

export class Edge extends pulumi.CustomResource {
  constructor(name: string, inputs: EdgeInputs, options: pulumi.CustomResourceOptions) {
    super(edgeType, name, { ...inputs, running: true }, options);
  }
}
