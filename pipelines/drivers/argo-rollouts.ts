// One service's Rollout in the cluster: read, changed under a field manager of our own, steered as `kubectl argo rollouts` does.
import { labelKeys } from "../../infra/platforms/kubernetes/labels.ts";
import { BEGAN } from "../../infra/platforms/kubernetes/strategy.ts";
import { Refusal } from "../errors.ts";
import { annotation } from "../rollout/argo/rollouts.ts";
import type {
  AnalysisRunObject,
  Change,
  PodObject,
  ReplicaSetObject,
  RolloutObject,
  Rollouts,
  Snapshot,
} from "../rollout/argo/rollouts.ts";
import { shapeOf } from "../rollout/argo/template.ts";
import type { PodTemplateObject } from "../rollout/argo/template.ts";
import { fieldManager, notUp, pruneReleases, renderRelease } from "./argo-release.ts";
import type { ReleaseParts } from "./argo-release.ts";
import type { Metrics } from "../rollout/fleet.ts";
import type { Kube, KubeObject } from "./kube-client.ts";
import { ownSelector } from "./kube-config-maps.ts";
import { KubeAnswer, onKube } from "./kube-failure.ts";
import { apiVersionOf } from "./kube-kinds.ts";

export interface RolloutsParts extends ReleaseParts {
  metrics: Metrics;
}

const goesOn = "Argo Rollouts goes on in the cluster by itself; surefoot status shows how far it is";

export function openRollouts(parts: RolloutsParts): Rollouts {
  const { kube, environment, service, metrics } = parts;
  const { name } = service;
  const selector = ownSelector(name, environment);
  const reading = { doing: `reading ${name} in the cluster`, state: goesOn };
  return {
    read: () => onKube(reading, () => snapshotOf(kube, name, selector)),
    zones: () => zonesOf(kube),
    sessions: async () => {
      const now = Date.now();
      const seen = await metrics.summaries(name, now - 30_000, now).catch(() => []);
      return new Map(seen.map(({ node, sessions }) => [node, sessions ?? 0]));
    },
    render: (deployable, signal) => renderRelease(parts, deployable, signal),
    apply: (change, token) =>
      onKube({ doing: `changing the Rollout ${name}`, state: goesOn }, () =>
        apply(kube, name, change, token),
      ),
    rehearse: (change, token) =>
      onKube({ doing: `trying the change of the Rollout ${name}`, state: "no pod was touched" }, async () => {
        await apply(kube, name, change, token, true);
        await kube.patchStatus({ kind: "Rollout", name }, {}, { dryRun: true });
      }),
    steer: (status, token) =>
      onKube({ doing: `steering the Rollout ${name}`, state: goesOn }, async () => {
        await unfenced(kube, name, token);
        await kube.patchStatus({ kind: "Rollout", name }, status);
      }),
    remove: (set, token) =>
      onKube({ doing: `removing ${set}`, state: goesOn }, async () => {
        await unfenced(kube, name, token);
        await kube.remove({ kind: "ReplicaSet", name: set });
      }),
    prune: (keep) =>
      onKube({ doing: `tidying up after ${name}`, state: "the release is in place" }, () =>
        pruneReleases(parts, keep),
      ),
  };
}

async function snapshotOf(kube: Kube, name: string, selector: string): Promise<Snapshot | undefined> {
  const [rollout, template, sets, pods, runs] = await Promise.all([
    kube.get<RolloutObject>({ kind: "Rollout", name }),
    kube.get<PodTemplateObject>({ kind: "PodTemplate", name }),
    kube.list<ReplicaSetObject>("ReplicaSet", selector),
    kube.list<PodObject>("Pod", selector),
    kube.list<AnalysisRunObject>("AnalysisRun"),
  ]);
  if (rollout === undefined) return undefined;
  const own = (object: KubeObject): boolean =>
    object.metadata.ownerReferences?.some(({ uid }) => uid === rollout.metadata.uid) ?? false;
  return {
    rollout,
    sets: sets.filter(own),
    pods,
    runs: runs.filter(own),
    shape: template === undefined ? "" : shapeOf(template),
  };
}

/** Zones are nice to know: who may not read machines sees pods all the same. */
async function zonesOf(kube: Kube): Promise<ReadonlyMap<string, string>> {
  try {
    const { items } = JSON.parse(await kube.text("/api/v1/nodes")) as { items: KubeObject[] };
    const zone = ({ metadata }: KubeObject): string => metadata.labels?.[labelKeys.zone] ?? "-";
    return new Map(items.map((node) => [node.metadata.name, zone(node)]));
  } catch (error) {
    if (error instanceof KubeAnswer && error.status === 403) return new Map();
    throw error;
  }
}

// The controller writes the Rollout too: a write that met its own is made again.
const tries = 20;

async function apply(kube: Kube, name: string, change: Change, token: number, dryRun = false): Promise<void> {
  for (let left = tries; ; left -= 1) {
    const live = await unfenced(kube, name, token);
    try {
      const wanted = changed(live, change, token, kube.now());
      await kube.apply(wanted, { manager: fieldManager, force: true, dryRun });
      return;
    } catch (error) {
      if (!(error instanceof KubeAnswer && error.status === 409) || left === 0) throw error;
    }
  }
}

/** Everything that is ours, each time: what is left out of a server-side apply is given up. */
function changed(
  { metadata, spec }: RolloutObject,
  change: Change,
  token: number,
  now: number,
): KubeObject & { spec: object } {
  const template = change.template === undefined ? spec.template : change.template;
  const began = metadata.annotations?.[BEGAN] ?? "0";
  const steps = change.steps ?? spec.strategy?.canary?.steps;
  return {
    apiVersion: apiVersionOf("Rollout"),
    kind: "Rollout",
    metadata: {
      name: metadata.name,
      ...(metadata.resourceVersion === undefined ? {} : { resourceVersion: metadata.resourceVersion }),
      annotations: {
        [annotation.fence]: String(token),
        [BEGAN]: change.template == null ? began : String(Math.floor(now / 1000)),
      },
    },
    spec: {
      paused: change.paused ?? spec.paused ?? false,
      ...(template == null ? {} : { template }),
      ...(steps === undefined ? {} : { strategy: { canary: { steps } } }),
    },
  };
}

/** The Rollout as it is, unless a younger lease has been here. */
async function unfenced(kube: Kube, name: string, token: number): Promise<RolloutObject> {
  const live = await kube.get<RolloutObject>({ kind: "Rollout", name });
  if (live === undefined) throw notUp(name);
  if (Number(live.metadata.annotations?.[annotation.fence] ?? 0) > token) throw fenced(name);
  return live;
}

function fenced(service: string): Refusal {
  return new Refusal("E_LEASE_LOST", {
    what: `a younger run than this one has changed the Rollout of ${service}; one of another clone too, where no \`state:\` is shared`,
    state: "this run changes nothing any more",
    next: "surefoot status <environment> shows who holds it in this clone; once the other run has ended, the same command again",
  });
}
