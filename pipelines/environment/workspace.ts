// Everything a verb needs for one environment, opened together: description, store, pins, artifacts, fleet, metrics, stack.
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import type { Complaint } from "../../environments/complaint.ts";
import type { EnvironmentName } from "../../environments/name.ts";
import type { Description, Service } from "../../environments/shape.ts";
import { localRoot, stateFolder } from "../../infra/names.ts";
import { openArtifacts } from "../drivers/artifacts.ts";
import type { Artifacts } from "../drivers/artifacts.ts";
import { systemClock } from "../drivers/clock.ts";
import type { Clock } from "../drivers/clock.ts";
import { edgeAddress, openLocalFleet } from "../drivers/local-fleet.ts";
import { openLocalMetrics } from "../drivers/local-metrics.ts";
import { openPins } from "../drivers/pins.ts";
import type { Pins } from "../drivers/pins.ts";
import type { Stack } from "../drivers/stack.ts";
import { openStore } from "../drivers/store-sqlite.ts";
import type { Store } from "../drivers/store.ts";
import { Refusal } from "../errors.ts";
import { openJournal } from "../journal/journal.ts";
import type { Journal } from "../journal/journal.ts";
import { withLease } from "../lease/lease.ts";
import type { HeldLease } from "../lease/lease.ts";
import type { Fleet, Metrics } from "../rollout/fleet.ts";
import { describe } from "./describe.ts";

export interface Workspace extends Disposable {
  repo: string;
  name: EnvironmentName;
  description: Description;
  warnings: Complaint[];
  /** Folder of the local environment. */
  root: string;
  /** `user@host` */
  who: string;
  store: Store;
  journal: Journal;
  artifacts: Artifacts;
  pins: Pins;
  clock: Clock;
  metrics: Metrics;
  fleet: (service: Service) => Fleet;
  /** Address of the edge, or null while it is down. */
  edge: () => string | null;
  stack: (signal?: AbortSignal) => Promise<Stack>;
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
  if (description.platform !== "local") throw platformMissing(name, description.platform);
  const state = stateFolder(repo);
  const root = localRoot(repo, name.description);
  const store = await openStore(join(state, "store"));
  const artifacts = openArtifacts(state);
  const who = `${userInfo().username}@${hostname()}`;
  return {
    repo,
    name,
    description,
    warnings,
    root,
    who,
    store,
    journal: openJournal(store),
    artifacts,
    pins: openPins(pinsFile(repo, name)),
    clock: systemClock,
    metrics: openLocalMetrics(root),
    fleet: (service) => openLocalFleet(root, service, artifacts.get),
    edge: () => edgeAddress(root),
    // The engine's SDK takes most of a second to load, and most verbs do without it.
    stack: async (signal) =>
      (await import("../drivers/stack.ts")).openStack({
        repo,
        environment: name.id,
        stack: name.stack,
        description,
        ...(signal === undefined ? {} : { signal }),
      }),
    underLease: (reason, signal, work) =>
      withLease(
        store,
        systemClock,
        { environment: name.id, holder: `${who} pid ${process.pid}`, reason, signal },
        work,
      ),
    [Symbol.dispose]: () => store.close(),
  };
}

function pinsFile(repo: string, { local, description }: EnvironmentName): string {
  if (local) return join(stateFolder(repo), "pins", `${description}.json`);
  return join(repo, "environments", "releases", `${description}.json`);
}

function platformMissing({ id, description }: EnvironmentName, platform: string): Refusal {
  return new Refusal("E_PLATFORM", {
    what: `${id} is on the platform ${platform}, which this version cannot reach yet`,
    state: "nothing was touched",
    next: `rehearse it on this machine: the same verb with local/${description}`,
  });
}
