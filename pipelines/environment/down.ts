// The verb `down`: takes an environment away. Releases, pins and the ledger stay.
import { unverified } from "../drivers/pins.ts";
import type { ResourceChange } from "../drivers/stack.ts";
import type { JournaledPlan } from "../rollout/prepare.ts";
import { recorded } from "../ledger/recorded.ts";
import { Refusal } from "../errors.ts";
import { mustBeUnprotected } from "../review/unprotected.ts";
import type { Workspace } from "./workspace.ts";

export interface DownResult {
  environment: string;
  changes: ResourceChange[];
  seconds: number;
  /** Where people have to agree: the commit that ended the protection and was carried out. */
  unprotectedBy?: string;
}

export interface DownWatching {
  change: (change: ResourceChange) => void;
  /** The environment's name once more; a real one is not taken away without it. */
  destroy?: string | undefined;
  /** Nodes whose machine is gone for good. */
  forget?: readonly string[] | undefined;
  /** Why, for the ledger. */
  reason: string;
  signal: AbortSignal;
}

/**
 * Stops every process and removes every folder of the environment; once it is down, again is no error. What ran there has to be
 * verified again. Refuses with E_PROTECTED a real one that is not named once more, or protected by what is checked out or, where
 * people have to agree, by what was last carried out.
 */
export async function down(workspace: Workspace, watching: DownWatching): Promise<DownResult> {
  const what = `down ${workspace.name.id}`;
  if (!workspace.name.local) {
    if (watching.destroy !== workspace.name.id) throw notNamed(workspace.name.id);
    // Clouds refuse to delete what is protected, and only once half of the rest is gone.
    if (workspace.description.protection) throw isProtected(workspace.name.id);
  }
  await workspace.platform.admit();
  return recorded(
    workspace,
    { verb: "down", what, why: watching.reason },
    () =>
      workspace.underLease(what, watching.signal, (_lease, signal) =>
        downUnderLease(workspace, watching, signal),
      ),
    ({ unprotectedBy }) => ({
      outcome: "done",
      ...(unprotectedBy === undefined ? {} : { data: { unprotectedBy } }),
    }),
  );
}

async function downUnderLease(
  workspace: Workspace,
  watching: DownWatching,
  signal: AbortSignal,
): Promise<DownResult> {
  const { name, clock, journal, pins } = workspace;
  const started = clock.now();
  // A damaged file of pins is told while everything is still there.
  pins.all();
  const stack = await workspace.stack(signal, watching.forget);
  const unprotectedBy = await mustBeUnprotected(workspace, stack.version);
  // What a killed `up` had begun would be nobody's once the state is gone.
  const { adopted } = await stack.adopt();
  const changes = await stack.down(watching.change, adopted.length > 0);
  for (const { id, service, plan } of await journal.unfinished(name.id)) {
    // What was never proven good must not be what the next `up` boots on.
    pins.write(service, (plan as JournaledPlan).before);
    await journal.close(id, "down");
  }
  for (const [service, pin] of Object.entries(pins.all()))
    if (pin.verifiedAt !== undefined) pins.write(service, unverified(pin));
  // Whatever the engine knew: an `up` that was killed may have made more than it wrote down.
  await workspace.platform.sweep();
  const seconds = (clock.now() - started) / 1000;
  return { environment: name.id, changes, seconds, ...(unprotectedBy === null ? {} : { unprotectedBy }) };
}

function isProtected(environment: string): Refusal {
  return new Refusal("E_PROTECTED", {
    what: `${environment} is protected: its description says protection: true`,
    state: "nothing was touched",
    next: `if it is really to go: write protection: false there, surefoot up ${environment}, then: surefoot down ${environment} --destroy ${environment}`,
  });
}

function notNamed(environment: string): Refusal {
  return new Refusal("E_PROTECTED", {
    what: `${environment} is a real environment: everything of it would be deleted`,
    state: "nothing was touched",
    next: `if it is really meant: surefoot down ${environment} --destroy ${environment}`,
  });
}
