// The shape of machines that a team already owns: where each is reached, and how OpenSSH gets there.
import { z } from "zod";

// What ends up on a command line of ssh must not be readable as an option or hold a space.
const word = (what: string, example: string) =>
  z
    .string()
    .max(255)
    .regex(/^[\w[\]:%][\w.:%@[\]-]*$/, { error: `must be ${what}, such as ${example}` });

export const hostSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,40}$/, { error: "must be a lower-case name, such as server-01" })
    .describe("Name of the node; it stays when the machine is replaced"),
  service: z.string().describe("The service that runs there"),
  address: word("an address or a name that ssh knows", "10.0.0.7").describe("Where ssh reaches it"),
  port: z.int().min(1).max(65_535).default(22).describe("Port of sshd"),
  user: word("a user", "deploy")
    .optional()
    .describe("Whom to log in as; what ssh is configured for where left out"),
  zone: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,40}$/, { error: "must be the name of a zone, a rack or a site" })
    .default("a")
    .describe("Nodes are spread over these"),
  root: z
    .string()
    .regex(/^\/[\w./-]*\w$/, { error: "must be an absolute folder, such as /opt/surefoot/server" })
    .optional()
    .describe("Folder of the node on the machine; /opt/surefoot/<name> where left out"),
  servicePort: z.int().min(1).max(65_535).default(8080).describe("Port that the service listens on (PORT)"),
});

export const sshSchema = z.strictObject({
  hosts: z.array(hostSchema).max(1000).default([]).describe("The machines, one node each"),
  command: z
    .string()
    .min(1)
    .max(4096)
    .optional()
    .describe("Prints the hosts as JSON, in place of `hosts`; run in the repository"),
  config: z
    .string()
    .regex(/^[\w./-]+$/, { error: "must be a file, such as environments/ssh_config" })
    .optional()
    .describe("ssh_config file: keys, jump hosts, ProxyCommand; your own where left out"),
  connectWithin: z
    .int()
    .min(1)
    .max(120)
    .default(10)
    .describe("Seconds until a host that does not answer counts as unreachable"),
  startsAtOnce: z.int().min(1).max(100).default(8).describe("Connections that are begun at the same time"),
  hooks: z
    .strictObject({
      drain: z
        .string()
        .min(1)
        .max(4096)
        .optional()
        .describe("Takes $NODE out of your balancer; exit 0 once nothing new arrives"),
      undrain: z
        .string()
        .min(1)
        .max(4096)
        .optional()
        .describe("Puts $NODE back; exit 0 once it gets traffic"),
    })
    .prefault({})
    .describe("How your balancer is told; without them a node's own health answer tells it"),
});

export type SshHost = z.output<typeof hostSchema>;
export type Ssh = z.output<typeof sshSchema>;
