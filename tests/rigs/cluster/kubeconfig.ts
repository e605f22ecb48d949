// Writes kubeconfigs as kubectl, Pulumi and the library read them.
import { writeFileSync } from "node:fs";
import { stringify } from "yaml";

export interface Access {
  /** Of the context, and of its cluster and user. */
  context: string;
  server: string;
  /** PEM, base64; none where the server is known to the system. */
  authority?: string;
  token: string;
}

/** One file with these contexts, the first of them current. */
export function writeKubeconfig(file: string, all: readonly Access[]): void {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": all[0]?.context,
    clusters: all.map(({ context, server, authority }) => ({
      name: context,
      cluster: {
        server,
        ...(authority === undefined ? {} : { "certificate-authority-data": authority }),
      },
    })),
    users: all.map(({ context, token }) => ({ name: context, user: { token } })),
    contexts: all.map(({ context }) => ({ name: context, context: { cluster: context, user: context } })),
  };
  writeFileSync(file, stringify(config), { mode: 0o600 });
}
