// The doctor's checks of owned machines: each is reached the way a rollout will reach it.
import pLimit from "p-limit";
import type { Description } from "../../../environments/shape.ts";
import type { SshHost } from "../../../environments/ssh-shape.ts";
import { attempt } from "./attempt.ts";
import type { Check } from "./attempt.ts";

export interface SshProbes {
  /** The machines, from the description or its command. */
  hosts: () => Promise<readonly SshHost[]>;
  /** Logs in and out again; throws why it cannot, naming the host. */
  reach: (host: SshHost) => Promise<void>;
}

/** One check of all, and one for each host that is not reached. */
export async function examineHosts(description: Description, probes: SshProbes): Promise<Check[]> {
  let hosts: readonly SshHost[] = [];
  const inventory = await attempt("machines", "mend ssh.hosts or ssh.command", async () => {
    hosts = await probes.hosts();
    return `${hosts.length} listed`;
  });
  if (!inventory.ok) return [inventory];
  const turn = pLimit(description.ssh.startsAtOnce);
  const next = "mend what it names, then: surefoot doctor " + description.name;
  const checks = await Promise.all(
    hosts.map((host) =>
      turn(() =>
        attempt(host.name, next, async () => {
          await probes.reach(host);
          return "reached";
        }),
      ),
    ),
  );
  const lost = checks.filter(({ ok }) => !ok);
  const all: Check = {
    check: "ssh",
    ok: lost.length === 0,
    detail: `${checks.length - lost.length} of ${checks.length} machines reached`,
    ...(lost.length === 0 ? {} : { next: "see the machines named here" }),
  };
  return [inventory, all, ...lost];
}
