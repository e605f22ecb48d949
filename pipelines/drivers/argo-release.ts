// What a release needs in the cluster before its pods: its image in the registry, its config, its secrets as they are now.
import type { Service } from "../../environments/shape.ts";
import { Refusal } from "../errors.ts";
import type { PodTemplate, ReplicaSetObject } from "../rollout/argo/rollouts.ts";
import { templateOf } from "../rollout/argo/template.ts";
import type { PodTemplateObject } from "../rollout/argo/template.ts";
import type { Deployable } from "../rollout/fleet.ts";
import type { Images } from "./image.ts";
import type { Kube } from "./kube-client.ts";
import { configMapOf, namesIn, ownSelector, pruneList, secretSnapshotOf } from "./kube-config-maps.ts";
import type { Secret } from "./kube-config-maps.ts";
import { onKube } from "./kube-failure.ts";

/** What is ours in the cluster: a Rollout's template, steps and pause; the configs and secrets of releases. */
export const fieldManager = "surefoot-release";

export interface ReleaseParts {
  kube: Kube;
  environment: string;
  service: Service;
  images: (signal: AbortSignal) => Images;
  /** Gives the verified file of a digest. */
  artifact: (digest: string) => Promise<string>;
}

const untouched = "nothing was touched";

/** Pushes and applies what is missing, and gives the template of the release's pods. Nothing that runs is touched. */
export async function renderRelease(
  parts: ReleaseParts,
  deployable: Deployable,
  signal: AbortSignal,
): Promise<PodTemplate> {
  const { kube, environment, service, images, artifact } = parts;
  const { name } = service;
  const image = await images(signal).publish(name, deployable.digest, await artifact(deployable.digest));
  const deed = { doing: `preparing ${name} ${deployable.release} in the cluster`, state: untouched };
  return onKube(deed, async () => {
    const [shape, live] = await Promise.all([
      kube.get<PodTemplateObject>({ kind: "PodTemplate", name }),
      kube.get<Secret>({ kind: "Secret", name: `${name}-secrets` }),
    ]);
    if (shape === undefined) throw notUp(name);
    const config = configMapOf(name, environment, deployable);
    const secrets = live === undefined ? null : secretSnapshotOf(name, environment, live);
    for (const object of [config, secrets])
      if (object !== null) await kube.apply(object, { manager: fieldManager });
    const pinned = { image, config: config.metadata.name, secrets: secrets?.metadata.name ?? null };
    return templateOf(shape, name, deployable, pinned);
  });
}

/** Deletes the configs and secrets that no ReplicaSet, no pod and no pin names any more. `keep`: config hashes of pins. */
export async function pruneReleases(
  { kube, environment, service: { name } }: ReleaseParts,
  keep: readonly string[],
): Promise<void> {
  const selector = ownSelector(name, environment);
  const [sets, pods, configs, secrets] = await Promise.all([
    kube.list<ReplicaSetObject>("ReplicaSet", selector),
    kube.list("Pod", selector),
    kube.list("ConfigMap", selector),
    kube.list("Secret", selector),
  ]);
  const named = namesIn([sets, pods], new Set(keep.map((hash) => `${name}-config-${hash}`)));
  const old = (objects: typeof configs): string[] => pruneList(name, environment, objects, named, Date.now());
  await Promise.all([
    ...old(configs).map((one) => kube.remove({ kind: "ConfigMap", name: one })),
    ...old(secrets).map((one) => kube.remove({ kind: "Secret", name: one })),
  ]);
}

export function notUp(service: string): Refusal {
  return new Refusal("E_NOT_UP", {
    what: `${service} has no Rollout, or no PodTemplate, in the cluster`,
    state: untouched,
    next: "surefoot up <environment>",
  });
}
