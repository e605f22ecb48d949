// Finds Argo's controller as it is usually installed: a Deployment with the chart's labels, and the lease that its leader renews.
import { chartNamespaces } from "../../../infra/platforms/kubernetes/charts.ts";
import { KubeAnswer } from "../../drivers/kube-failure.ts";
import type { Controller } from "./kubernetes.ts";

const usual = chartNamespaces.rollouts;
const lock = "argo-rollouts-controller-lock";
const label = encodeURIComponent("app.kubernetes.io/name=argo-rollouts");
const named = encodeURIComponent(`metadata.name=${lock}`);

interface Deployment {
  spec: { template: { spec: { containers: { image: string }[] } } };
  status?: { availableReplicas?: number };
}

interface Lease {
  spec?: { renewTime?: string };
}

/** `get` asks the API server. Null: we may not look; undefined: we may, and none is there. `now` in milliseconds. */
export async function findController(
  get: (path: string) => Promise<string>,
  now = Date.now(),
): Promise<Controller | null | undefined> {
  const [deployments, leases] = await Promise.all([
    look<Deployment>(get, "/apis/apps/v1", `deployments?labelSelector=${label}`),
    look<Lease>(get, "/apis/coordination.k8s.io/v1", `leases?fieldSelector=${named}`),
  ]);
  const deployment = deployments?.find(({ spec }) => imageOf(spec) !== undefined);
  const times = (leases ?? []).flatMap(({ spec }) => Date.parse(spec?.renewTime ?? "") || []);
  if (deployment === undefined && times.length === 0)
    return deployments === undefined || leases === undefined ? null : undefined;
  return {
    version: deployment === undefined ? "" : (/:(v[^@]+)/.exec(imageOf(deployment.spec) ?? "")?.[1] ?? ""),
    ...(deployment && { available: deployment.status?.availableReplicas ?? 0 }),
    ...(times.length > 0 && { renewed: Math.max(0, (now - Math.max(...times)) / 1000) }),
  };
}

/** The chart labels its dashboard in the same way. */
const imageOf = ({ template }: Deployment["spec"]): string | undefined =>
  template.spec.containers.map(({ image }) => image).find((image) => /\/argo-rollouts[:@]/.test(`/${image}`));

/** In the namespace of a usual install, else in all; undefined where neither is allowed. */
async function look<T>(
  get: (path: string) => Promise<string>,
  base: string,
  what: string,
): Promise<T[] | undefined> {
  let seen: T[] | undefined;
  for (const path of [`${base}/namespaces/${usual}/${what}`, `${base}/${what}`]) {
    try {
      const { items } = JSON.parse(await get(path)) as { items: T[] };
      if (items.length > 0) return items;
      seen = items;
    } catch (error) {
      if (!(error instanceof KubeAnswer && error.status === 403)) throw error;
      if (path.includes("/namespaces/")) continue;
      // One that is elsewhere could not be seen.
      return undefined;
    }
  }
  return seen;
}
