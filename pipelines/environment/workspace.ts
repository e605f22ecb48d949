// Everything a verb needs for one environment, opened together: description, store, pins, artifacts, fleet, metrics, stack.
import { hostname, userInfo } from "node:os";
import type { Complaint } from "../../environments/complaint.ts";
import type { EnvironmentName } from "../../environments/name.ts";
import type { Description } from "../../environments/shape.ts";
import type { Artifacts } from "../drivers/artifacts.ts";
import { systemClock } from "../drivers/clock.ts";
import type { Clock } from "../drivers/clock.ts";
import { openPins } from "../drivers/pins.ts";
import type { Pins } from "../drivers/pins.ts";
import type { Platform } from "../drivers/platform.ts";
import { sshHosts } from "../drivers/ssh-inventory.ts";
import type { Stack } from "../drivers/stack.ts";
import type { Store } from "../drivers/store.ts";
import { openJournal } from "../journal/journal.ts";
import type { Journal } from "../journal/journal.ts";
import { withLease } from "../lease/lease.ts";
import type { HeldLease } from "../lease/lease.ts";
import { describe } from "./describe.ts";
import { artifactsOf, pinsFile, platformOf, storeOf } from "./places.ts";

export interface Workspace extends Disposable {
  repo: string;
  name: EnvironmentName;
  description: Description;
  warnings: Complaint[];
  /** `user@host` */
  who: string;
  store: Store;
  journal: Journal;
  artifacts: Artifacts;
  pins: Pins;
  clock: Clock;
  platform: Platform;
  /** `forget`: nodes whose machine is gone for good. */
  stack: (signal?: AbortSignal, forget?: readonly string[]) => Promise<Stack>;
  /** Holds the environment's lease, in our name, while `work` runs; refuses with E_LEASE_HELD when another has it. */
  underLease: <T>(
    reason: string,
    signal: AbortSignal,
    work: (lease: HeldLease, signal: AbortSignal) => Promise<T>,
  ) => Promise<T>;
}

/** Opens `prod` or `local/prod`. Refuses a bad name, a broken description and a platform that is not built yet. */
export async function openWorkspace(repo: string, id: string): Promise<Workspace> {
  const { name, description, warnings } = describe(repo, id);
  const artifacts = await artifactsOf(repo, description);
  // The engine's SDK takes most of a second to load, and most verbs do without it.
  const stack: Workspace["stack"] = async (signal, forget) => {
    // A list of machines with mistakes is refused as such, not as a failure of the engine.
    if (description.platform === "ssh") await sshHosts(repo, description);
    const { openStack } = await import("../drivers/stack.ts");
    return openStack({ repo, environment: name.id, stack: name.stack, description, signal, forget });
  };
  const outputs = async () => (await stack()).outputs();
  const platform = await platformOf({ repo, name, description, outputs, artifact: artifacts.get });
  const store = await storeOf(repo, description);
  const who = `${userInfo().username}@${hostname()}`;
  return {
    repo,
    name,
    description,
    warnings,
    who,
    store,
    journal: openJournal(store),
    artifacts,
    pins: openPins(pinsFile(repo, name)),
    clock: systemClock,
    platform,
    stack,
    underLease: (reason, signal, work) =>
      withLease(
        store,
        systemClock,
        { environment: name.id, holder: `${who} pid ${process.pid}`, reason, signal },
        work,
      ),
    [Symbol.dispose]: () => {
      platform.close();
      void store.close();
    },
  };
}
