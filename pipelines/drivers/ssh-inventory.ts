// The machines of an environment on platform ssh, or one refusal with everything that is wrong with the list.
import type { Description } from "../../environments/shape.ts";
import type { SshHost } from "../../environments/ssh-shape.ts";
import { readInventory } from "../../infra/platforms/ssh/inventory.ts";
import { Refusal } from "../errors.ts";

/** The hosts as the description or its command lists them. Refuses with E_INVENTORY. */
export async function sshHosts(repo: string, description: Description): Promise<SshHost[]> {
  const found = await readInventory(repo, description);
  if (found.ok) return found.hosts;
  const source = description.ssh.command === undefined ? "ssh.hosts" : "what ssh.command prints";
  throw new Refusal("E_INVENTORY", {
    what: `the list of machines of ${description.name} has ${found.complaints.length === 1 ? "a mistake" : `${found.complaints.length} mistakes`}`,
    state: "nothing was touched",
    next: `mend ${source}`,
    details: found.complaints,
  });
}
