// The verb `down`: takes an environment away. Releases, pins and the ledger stay.
import { rm } from "node:fs/promises";
import type { ResourceChange } from "../drivers/stack.ts";
import { withLease } from "../lease/lease.ts";
import type { Workspace } from "./workspace.ts";

export interface DownResult {
  environment: string;
  changes: ResourceChange[];
  seconds: number;
}

/** Stops every process and removes every folder of the environment; once it is down, again is no error. */
export async function down(
  workspace: Workspace,
  watching: { change: (change: ResourceChange) => void; signal: AbortSignal },
): Promise<DownResult> {
  const { name, store, clock, who, journal } = workspace;
  const started = clock.now();
  const claim = { environment: name.id, holder: `${who} pid ${process.pid}`, reason: "down" };
  return withLease(store, clock, { ...claim, signal: watching.signal }, async (_lease, signal) => {
    const stack = await workspace.stack(signal);
    const changes = await stack.down(watching.change);
    for (const { id } of await journal.unfinished(name.id)) await journal.close(id, "down");
    await rm(workspace.root, { recursive: true, force: true });
    return { environment: name.id, changes, seconds: (clock.now() - started) / 1000 };
  });
}
