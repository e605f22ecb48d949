// The verb `down`: takes an environment away. Releases, pins and the ledger stay.
import type { ResourceChange } from "../drivers/stack.ts";
import { sweep } from "../drivers/local-sweep.ts";
import type { JournaledPlan } from "../rollout/prepare.ts";
import { recorded } from "../ledger/recorded.ts";
import type { Workspace } from "./workspace.ts";

export interface DownResult {
  environment: string;
  changes: ResourceChange[];
  seconds: number;
}

export interface DownWatching {
  change: (change: ResourceChange) => void;
  /** Why, for the ledger. */
  reason: string;
  signal: AbortSignal;
}

/** Stops every process and removes every folder of the environment; once it is down, again is no error. */
export function down(workspace: Workspace, watching: DownWatching): Promise<DownResult> {
  const what = `down ${workspace.name.id}`;
  return recorded(workspace, { verb: "down", what, why: watching.reason }, () =>
    workspace.underLease(what, watching.signal, (_lease, signal) =>
      downUnderLease(workspace, watching, signal),
    ),
  );
}

async function downUnderLease(
  workspace: Workspace,
  watching: DownWatching,
  signal: AbortSignal,
): Promise<DownResult> {
  const { name, clock, journal, pins } = workspace;
  const started = clock.now();
  const stack = await workspace.stack(signal);
  const changes = await stack.down(watching.change);
  for (const { id, service, plan } of await journal.unfinished(name.id)) {
    // What was never proven good must not be what the next `up` boots on.
    pins.write(service, (plan as JournaledPlan).before);
    await journal.close(id, "down");
  }
  // Whatever the engine knew: an `up` that was killed may have made more than it wrote down.
  await sweep(workspace.root);
  return { environment: name.id, changes, seconds: (clock.now() - started) / 1000 };
}
