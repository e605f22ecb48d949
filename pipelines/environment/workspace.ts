// Everything a verb needs for one environment, opened together: description, store, pins, artifacts, fleet, metrics, stack.
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { complaintText } from "../../environments/complaint.ts";
import type { Complaint } from "../../environments/complaint.ts";
import { listDescriptions } from "../../environments/folder.ts";
import { loadDescription } from "../../environments/loader.ts";
import { parseName } from "../../environments/name.ts";
import type { EnvironmentName } from "../../environments/name.ts";
import type { Description, Service } from "../../environments/shape.ts";
import { hint } from "../../environments/suggest.ts";
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
import type { Fleet, Metrics } from "../rollout/fleet.ts";

export interface Workspace {
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
  close: () => void;
}

/** Opens `prod` or `local/prod`. Refuses a bad name, a broken description and a platform that is not built yet. */
export async function openWorkspace(repo: string, id: string): Promise<Workspace> {
  const { name, description, warnings } = describe(repo, id);
  if (description.platform !== "local") throw platformMissing(name, description.platform);
  const state = stateFolder(repo);
  const root = localRoot(repo, name.description);
  const store = await openStore(join(state, "store"));
  const artifacts = openArtifacts(state);
  return {
    repo,
    name,
    description,
    warnings,
    root,
    who: `${userInfo().username}@${hostname()}`,
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
    close: () => store.close(),
  };
}

export interface Described {
  name: EnvironmentName;
  description: Description;
  warnings: Complaint[];
}

/** Reads the name and its description; `local/` puts it on the local platform. Refuses with every complaint at once. */
export function describe(repo: string, id: string): Described {
  const name = nameOf(repo, id);
  const loaded = loadDescription(join(repo, "environments"), name.description);
  if (!loaded.ok) {
    const { complaints } = loaded;
    throw new Refusal("E_DESCRIPTION", {
      what: `the description of ${name.description} has ${complaints.length} ${complaints.length === 1 ? "mistake" : "mistakes"}`,
      state: "nothing was touched",
      next: `mend them, then: surefoot check ${id}`,
      details: complaints.map(complaintText),
    });
  }
  const { description, warnings } = loaded;
  return { name, warnings, description: name.local ? { ...description, platform: "local" } : description };
}

/** The parsed name of an environment that has a description; refuses any other. */
export function nameOf(repo: string, id: string): EnvironmentName {
  const folder = join(repo, "environments");
  const parsed = parseName(id);
  if (!parsed.ok) throw unknownEnvironment(parsed.complaint, folder);
  const known = listDescriptions(folder);
  const { name } = parsed;
  if (known.includes(name.description)) return name;
  throw unknownEnvironment(
    `there is no environment ${name.description}.${hint(name.description, known, "There are")}`,
    folder,
  );
}

/** The service of that name; refuses with those there are. */
export function serviceOf(description: Description, service: string): Service {
  const found = description.services[service];
  if (found !== undefined) return found;
  const known = Object.keys(description.services);
  throw new Refusal("E_SERVICE", {
    what: `${description.name} has no service ${JSON.stringify(service)}.${hint(service, known, "There are")}`,
    state: "nothing was touched",
    next: `name one of: ${known.join(", ")}`,
  });
}

function pinsFile(repo: string, { local, description }: EnvironmentName): string {
  if (local) return join(stateFolder(repo), "pins", `${description}.json`);
  return join(repo, "environments", "releases", `${description}.json`);
}

function unknownEnvironment(what: string, folder: string): Refusal {
  const names = listDescriptions(folder);
  return new Refusal("E_ENVIRONMENT", {
    what,
    state: "nothing was touched",
    next: `name one of: ${names.flatMap((name) => [`local/${name}`, name]).join(", ")}`,
  });
}

function platformMissing({ id, description }: EnvironmentName, platform: string): Refusal {
  return new Refusal("E_PLATFORM", {
    what: `${id} is on the platform ${platform}, which this version cannot reach yet`,
    state: "nothing was touched",
    next: `rehearse it on this machine: the same verb with local/${description}`,
  });
}
