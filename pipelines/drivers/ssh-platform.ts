// The ssh platform for the release plane: machines that a team owns, as its description lists them.
import type { Description } from "../../environments/shape.ts";
import type { SshHost } from "../../environments/ssh-shape.ts";
import type { Platform } from "./platform.ts";
import { sshHosts } from "./ssh-inventory.ts";
import { openSshNodes } from "./ssh-nodes.ts";

/** Connects to nothing yet. `fleet` refuses with E_INVENTORY when the machines cannot be listed. */
export function openSshPlatform(
  repo: string,
  description: Description,
  artifact: (digest: string) => Promise<string>,
): Platform {
  const { ssh, services } = description;
  const nodes = openSshNodes({ repo, ssh, services, artifact });
  // Listed once a verb: a command may take its time, and a rollout must not change its fleet on the way.
  let listed: Promise<SshHost[]> | undefined;
  return {
    // Each machine admits by itself, or does not.
    admit: async () => {},
    fleet: async (service) => nodes.fleet(service, await (listed ??= sshHosts(repo, description))),
    metrics: nodes.metrics,
    // The balancer is the team's own.
    edge: async () => null,
    bootOn: async () => {},
    sweep: async () => {},
    close: nodes.close,
  };
}
