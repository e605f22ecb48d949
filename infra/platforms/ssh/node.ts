// The node resource of the ssh platform: a folder on somebody's machine with the node script in it, and a keeper that runs.
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

export const sshNodeType = "surefoot:ssh:Node";

export const sshNodeSchema = z.looseObject({
  /** Whose node it is. */
  environment: z.string(),
  service: z.string(),
  kind: z.enum(["http", "sessions"]),
  zone: z.string(),
  address: z.string(),
  port: z.number(),
  /** Empty: whom ssh logs in as by itself. */
  user: z.string(),
  /** Folder on the host. */
  root: z.string(),
  servicePort: z.number(),
  /** Digest of the node script: a new one is put on every host. */
  script: z.string(),
  /** ssh_config in the repository; empty: the user's own. */
  config: z.string(),
  /** Seconds. */
  connectWithin: z.number(),
  startsAtOnce: z.number(),
});

export type SshNodeInputs = z.infer<typeof sshNodeSchema>;

export class SshNode extends pulumi.CustomResource {
  constructor(name: string, inputs: SshNodeInputs, options: pulumi.CustomResourceOptions) {
    super(sshNodeType, name, { ...inputs, running: true }, options);
  }
}
