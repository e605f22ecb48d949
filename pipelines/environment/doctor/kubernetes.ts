// The doctor's checks of an environment in a cluster: the one that is meant, what must be in it, what we may do there, who is alive.
import type { Description } from "../../../environments/shape.ts";
import { namespaceOf } from "../../../infra/names.ts";
import { installOf, partOf } from "../../drivers/kube-parts.ts";
import { CATALOG } from "../../../infra/platforms/kubernetes/database-names.ts";
import { catalogCommand } from "../../../infra/platforms/kubernetes/charts.ts";
import { attempt, wrong } from "./attempt.ts";
import type { Check } from "./attempt.ts";
import { neededKinds } from "./kubernetes-kinds.ts";
import type { NeededKinds } from "./kubernetes-kinds.ts";
import { rightsOf, rightsText } from "./kubernetes-rights.ts";
import type { Right } from "./kubernetes-rights.ts";

/** What is known of Argo's controller; null where these rights do not let one look. */
export interface Controller {
  /** Such as `v1.9.2`; empty where nothing tells. */
  version: string;
  /** Pods of it that are ready; undefined where there is only its lease. */
  available?: number;
  /** Seconds since its lease was renewed; undefined where there is none. */
  renewed?: number;
}

/** What is asked of the cluster and of the registry; `kubernetes-probes.ts` asks for real. */
export interface KubernetesProbes {
  /** The server of the context that is described, which is also the current one. Refuses any other. */
  context: () => Promise<string>;
  /** Refuses one that is too old. */
  version: () => Promise<string>;
  /** Kinds of this group and version; undefined: the cluster does not know the group. */
  kinds: (group: string, version: string) => Promise<readonly string[] | undefined>;
  /** Whether there is a list of database images of this name; null: these rights do not let one look. */
  catalog: (name: string) => Promise<boolean | null>;
  /** Those that we do not have. */
  missing: (rights: readonly Right[]) => Promise<readonly Right[]>;
  /** Undefined: none is there. */
  controller: () => Promise<Controller | null | undefined>;
  /** Asks the registry for the base image. */
  base: () => Promise<string>;
  /** Asks the registry for one of our own images; that there is none is an answer too. */
  registry: () => Promise<string>;
  prometheus: () => Promise<string>;
}

// Its lease holds for 15 seconds and is renewed every 2.
const LEASE_SECONDS = 30;

/** Every check at once. None changes anything. */
export async function examineKubernetes(
  description: Description,
  probes: KubernetesProbes,
): Promise<Check[]> {
  const named = `name the right one in kubernetes.context of environments/${description.name}.yaml`;
  const registry = Promise.all([
    attempt("base image", "mend kubernetes.base", probes.base),
    attempt("registry", "mend kubernetes.registry", probes.registry),
  ]);
  const context = await attempt("context", named, probes.context);
  // Whoever does not reach the cluster need not hear so from each check.
  const cluster = context.ok ? await attempt("cluster", "upgrade the cluster", probes.version) : undefined;
  const inside = cluster?.ok === true ? await examineInside(description, probes) : [];
  return [context, ...(cluster === undefined ? [] : [cluster]), ...inside, ...(await registry)];
}

async function examineInside(description: Description, probes: KubernetesProbes): Promise<Check[]> {
  const { database, kubernetes } = description;
  const { prometheus } = kubernetes;
  return Promise.all([
    ...neededKinds(description).map((needed) => checkKinds(needed, probes)),
    ...(database === undefined ? [] : [checkCatalog(probes)]),
    checkController(probes),
    attempt("rights", "have them allowed by a Role in the namespace", async () => {
      const rights = rightsOf(description, namespaceOf(description));
      const missing = await probes.missing(rights);
      if (missing.length === 0) return `all ${rights.length} that up and deploy need`;
      throw wrong(
        `you may not: ${rightsText(missing)}`,
        "have them allowed: those for namespaces by a ClusterRole, the others by a Role in the namespace",
      );
    }),
    attempt(
      "prometheus",
      `start it, or mend kubernetes.prometheus (${prometheus}): no rollout goes on without metrics`,
      probes.prometheus,
    ),
  ]);
}

function checkKinds({ group, version, kinds }: NeededKinds, probes: KubernetesProbes): Promise<Check> {
  const part = partOf(group);
  const name = part?.what ?? group;
  const install = part === undefined ? `install ${group}` : installOf(part);
  return attempt(name, install, async () => {
    const there = await probes.kinds(group, version);
    if (there === undefined)
      throw wrong(`${name} is not installed: the cluster has no ${group}/${version}`, install);
    const absent = kinds.filter((kind) => !there.includes(kind));
    if (absent.length === 0) return `${group}/${version}: ${kinds.join(", ")}`;
    throw wrong(`${name} is too old: ${group}/${version} has no ${absent.join(", ")}`, install);
  });
}

function checkCatalog(probes: KubernetesProbes): Promise<Check> {
  const next = catalogCommand();
  return attempt("database images", next, async () => {
    const there = await probes.catalog(CATALOG);
    if (there === null) return "these rights do not let one look for the list of database images";
    if (there) return CATALOG;
    throw wrong(`the cluster has no ClusterImageCatalog ${CATALOG}: no instance would start`, next);
  });
}

function checkController(probes: KubernetesProbes): Promise<Check> {
  const look = "kubectl get pods -A -l app.kubernetes.io/name=argo-rollouts";
  return attempt("controller", look, async () => {
    const controller = await probes.controller();
    if (controller === null) return "these rights do not let one look for Argo's controller";
    if (controller === undefined)
      throw wrong("Argo's controller is nowhere to be seen: nothing would move a pod", look);
    const { version, available, renewed } = controller;
    const known = version === "" ? "of a version that nothing tells" : version;
    if (renewed !== undefined && renewed > LEASE_SECONDS)
      throw wrong(`Argo's controller ${known} has not renewed its lease for ${Math.round(renewed)} s`, look);
    if (available === 0) throw wrong(`Argo's controller ${known} has no pod that is ready`, look);
    if (/^v?(0\.|1\.[0-8](\.|$))/.test(version))
      throw wrong(
        `Argo's controller is ${version}, and 1.9 is the oldest that this was made for`,
        "upgrade Argo Rollouts",
      );
    return `${known}, alive`;
  });
}
