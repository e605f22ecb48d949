// The Kubernetes platform for the release plane: one namespace of one cluster, where Argo Rollouts moves the pods.
import type { KubeConfig } from "@kubernetes/client-node";
import type { Description } from "../../environments/shape.ts";
import { namespaceOf } from "../../infra/names.ts";
import { openRollouts } from "./argo-rollouts.ts";
import { openImages } from "./image.ts";
import { openKube } from "./kube-client.ts";
import { checkGround } from "./kube-ground.ts";
import type { Kube } from "./kube-client.ts";
import { onKube } from "./kube-failure.ts";
import { openPrometheus, prometheusGet } from "./kube-prometheus.ts";
import { checkVersion } from "./kube-version.ts";
import type { Platform } from "./platform.ts";

export interface KubernetesPlace {
  description: Description;
  /** Opened when the first verb needs the cluster; refuses with E_KUBE_CONTEXT where another one is current. */
  config: () => KubeConfig | Promise<KubeConfig>;
  /** Gives the verified file of a digest. */
  artifact: (digest: string) => Promise<string>;
  /** Where users reach the services, as the infra plane tells it. */
  edge: () => Promise<string | null>;
}

/** Connects to nothing yet. */
export function openKubernetesPlatform({ description, config, artifact, edge }: KubernetesPlace): Platform {
  let opened: Promise<Kube> | undefined;
  const open = (): Promise<Kube> =>
    (opened ??= (async () => {
      const kube = openKube(await config(), namespaceOf(description));
      await onKube({ doing: "asking the cluster for its version", state: "nothing was touched" }, () =>
        checkVersion(kube),
      );
      return kube;
    })().catch((error: unknown) => {
      opened = undefined;
      throw error;
    }));
  const { prometheus, registry = "", base = "" } = description.kubernetes;
  const metrics: Platform["metrics"] = {
    summaries: async (service, from, to) => {
      const kube = await open();
      const source = openPrometheus({
        namespace: kube.namespace,
        services: description.services,
        get: prometheusGet(prometheus, kube),
      });
      return source.summaries(service, from, to);
    },
  };
  return {
    admit: async () => void (await open()),
    stands: async (planned) => {
      const kube = await open();
      const deed = { doing: "looking for what the plan needs in the cluster", state: "nothing was changed" };
      await onKube(deed, () => checkGround(kube, description.name, planned));
    },
    fleet: async () => {
      throw new Error("pods are moved by Argo Rollouts, not node by node");
    },
    rollouts: async (service) =>
      openRollouts({
        kube: await open(),
        environment: description.name,
        service,
        images: (signal) => openImages({ registry, base, signal }),
        artifact,
        metrics,
      }),
    metrics,
    edge,
    bootOn: async () => {},
    // Everything lies in the namespace, and the engine knows the namespace.
    sweep: async () => {},
    close: () => {},
  };
}
