// What a plan takes for granted in a cluster: that its namespace is nobody's yet, and that the cluster knows its kinds.
import type { PlannedResource } from "../../infra/planned.ts";
import { labelKeys } from "../../infra/platforms/kubernetes/labels.ts";
import { Refusal } from "../errors.ts";
import { printable } from "../ledger/printable.ts";
import type { Kube, KubeObject } from "./kube-client.ts";
import { KubeAnswer } from "./kube-failure.ts";
import { installOf, partOf } from "./kube-parts.ts";

type Ask = Pick<Kube, "text">;
const untouched = "nothing was changed";

/**
 * Refuses with E_KUBE a namespace that is in the cluster and not in the state (the provider would take it over, and `down` delete it),
 * with E_KUBE_ARGO kinds that the cluster does not know: found half way, the first half would be there already.
 */
export async function checkGround(
  kube: Ask,
  environment: string,
  planned: readonly PlannedResource[],
): Promise<void> {
  const wanted = planned.filter(({ op }) => op !== "delete");
  for (const name of newNamespaces(wanted)) {
    const found = await textOf(kube, `/api/v1/namespaces/${encodeURIComponent(name)}`);
    if (found !== undefined) throw taken(environment, JSON.parse(found) as KubeObject);
  }
  const groups = new Set(
    wanted.flatMap(({ type }) => /^kubernetes:([\w-]+\.[\w.-]+\/\w+):/.exec(type)?.[1] ?? []),
  );
  const missing = await Promise.all(
    [...groups].map(async (group) => ((await textOf(kube, `/apis/${group}`)) === undefined ? [group] : [])),
  );
  if (missing.flat().length > 0) throw unknown(missing.flat().toSorted());
}

const nameIn = (inputs: Record<string, unknown> | null): string | undefined => {
  const { name } = (inputs?.["metadata"] ?? {}) as { name?: unknown };
  return typeof name === "string" ? name : undefined;
};

const newNamespaces = (planned: readonly PlannedResource[]): string[] =>
  planned
    .filter(({ type, old, new: inputs }) => type.endsWith("/v1:Namespace") && nameIn(old) !== nameIn(inputs))
    .flatMap(({ new: inputs }) => nameIn(inputs) ?? []);

/** Undefined: it is not there. */
async function textOf(kube: Ask, path: string): Promise<string | undefined> {
  try {
    return await kube.text(path);
  } catch (error) {
    if (error instanceof KubeAnswer && error.status === 404) return undefined;
    throw error;
  }
}

function taken(environment: string, { metadata }: KubeObject): Refusal {
  const name = printable(metadata.name);
  const { [labelKeys.environment]: whose } = metadata.labels ?? {};
  const going = metadata.deletionTimestamp !== undefined;
  const others = whose === undefined ? "" : `; its label says that it is of ${printable(whose)}`;
  return new Refusal("E_KUBE", {
    what: going
      ? `the namespace ${name} is being deleted`
      : `the namespace ${name} is in the cluster already, and was not made by this environment${others}`,
    state: untouched,
    next: going
      ? "wait until it is gone (kubectl get namespaces), then run the same command again"
      : whose === environment
        ? "run it where it was made (its state is there, or in the bucket of `state:`), or delete the namespace there"
        : "name another one in kubernetes.namespace of the description, or delete it if it is nobody's",
  });
}

function unknown(groups: string[]): Refusal {
  const parts = groups.map((group) => partOf(group.split("/")[0] ?? ""));
  const names = groups.map((group, index) => parts[index]?.what ?? group);
  const installs = parts.flatMap((part) => (part === undefined ? [] : [installOf(part)]));
  return new Refusal("E_KUBE_ARGO", {
    what: `the cluster lacks what the description needs: ${names.join(", ")}`,
    state: untouched,
    next: "install it (surefoot doctor names every part), then run the same command again",
    details: installs,
  });
}
