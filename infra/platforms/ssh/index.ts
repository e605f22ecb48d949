// The ssh platform, as a list of contents: one node a machine. Balancer and machines are the team's own.
import * as pulumi from "@pulumi/pulumi";
import type { Description } from "../../../environments/shape.ts";
import type { Outputs } from "../../outputs.ts";
import { readInventory } from "./inventory.ts";
import { SshNode } from "./node.ts";
import { folderOf } from "./place.ts";
import { scriptDigest } from "./script.ts";

class SshProvider extends pulumi.ProviderResource {
  constructor() {
    super("surefoot", "ssh", {});
  }
}

/** Declares a node on each machine of the inventory and returns the outputs contract. */
export async function sshPlatform(description: Description, repo: string): Promise<Outputs> {
  const inventory = await readInventory(repo, description);
  if (!inventory.ok) throw new Error(inventory.complaints.join("\n"));
  const provider = new SshProvider();
  const { config = "", connectWithin, startsAtOnce } = description.ssh;
  const nodes = inventory.hosts.flatMap((host) => {
    const service = description.services[host.service];
    if (service === undefined) return [];
    const { name, zone, address, port, user = "", servicePort } = host;
    const where = { address, port, user, root: folderOf(host), servicePort };
    const ssh = { script: scriptDigest(), config, connectWithin, startsAtOnce };
    const environment = description.name;
    new SshNode(
      name,
      { environment, service: service.name, kind: service.kind, zone, ...where, ...ssh },
      { provider },
    );
    return [{ name, service: service.name, zone }];
  });
  return { platform: "ssh", nodes };
}
