// The doctor's questions to a cluster and a registry, for real.
import { AuthorizationV1Api } from "@kubernetes/client-node";
import type { KubeConfig } from "@kubernetes/client-node";
import pLimit from "p-limit";
import type { Description } from "../../../environments/shape.ts";
import { namespaceOf } from "../../../infra/names.ts";
import { CraneFailure, openCrane } from "../../drivers/crane.ts";
import { imageFailure, isAbsent } from "../../drivers/image-failure.ts";
import { openKube } from "../../drivers/kube-client.ts";
import { configOf } from "../../drivers/kube-config.ts";
import { KubeAnswer, onKube } from "../../drivers/kube-failure.ts";
import { prometheusGet } from "../../drivers/kube-prometheus.ts";
import { checkVersion } from "../../drivers/kube-version.ts";
import { Refusal } from "../../errors.ts";
import { wrong } from "./attempt.ts";
import { findController } from "./kubernetes-controller.ts";
import type { KubernetesProbes } from "./kubernetes.ts";
import type { Right } from "./kubernetes-rights.ts";

const state = "nothing was touched";
const LOOK_SECONDS = 30;
const AT_ONCE = 8;

/** Questions about one environment. Where its context is not the current one, each of them refuses. */
export function kubernetesProbes(description: Description): KubernetesProbes {
  const { kubernetes, services } = description;
  const config = (): KubeConfig => configOf(kubernetes.context ?? "");
  const kube = () => openKube(config(), namespaceOf(description));
  const { registry = "", base = "" } = kubernetes;
  return {
    context: async () => {
      const found = config();
      return `${found.getCurrentContext()}, ${found.getCurrentCluster()?.server ?? "no server"}`;
    },
    version: () => onKube({ doing: "asking the cluster for its version", state }, () => checkVersion(kube())),
    kinds: (group, version) =>
      onKube({ doing: `asking for kinds of ${group}`, state }, () => kindsOf(`/apis/${group}/${version}`)),
    catalog: (name) =>
      onKube({ doing: "looking for the list of database images", state }, () => hasCatalog(name)),
    missing: (rights) => onKube({ doing: "asking for rights", state }, () => missing(config(), rights)),
    controller: () =>
      onKube({ doing: "looking for Argo's controller", state }, () => findController(kube().text)),
    base: () => asked(base),
    // A name that nobody gives a release: whether it is there does not matter, whether one is answered does.
    registry: () => asked(`${registry}/${Object.keys(services)[0] ?? "doctor"}:surefoot-doctor`),
    prometheus: async () => {
      const get = prometheusGet(kubernetes.prometheus, kube());
      const { status } = JSON.parse(await get("/api/v1/query?query=vector(1)")) as { status?: string };
      if (status !== "success") throw new Error("what answers is no Prometheus");
      return kubernetes.prometheus;
    },
  };

  async function hasCatalog(name: string): Promise<boolean | null> {
    try {
      await kube().text(`/apis/postgresql.cnpg.io/v1/clusterimagecatalogs/${name}`);
      return true;
    } catch (error) {
      if (!(error instanceof KubeAnswer)) throw error;
      if (error.status === 404) return false;
      if (error.status === 403) return null;
      throw error;
    }
  }

  async function kindsOf(path: string): Promise<string[] | undefined> {
    try {
      const { resources } = JSON.parse(await kube().text(path)) as { resources: { kind: string }[] };
      return resources.map(({ kind }) => kind);
    } catch (error) {
      if (error instanceof KubeAnswer && error.status === 404) return undefined;
      throw error;
    }
  }

  async function asked(image: string): Promise<string> {
    try {
      await openCrane().run(["digest", image], LOOK_SECONDS);
      return `${image} is there`;
    } catch (error) {
      if (error instanceof Refusal && error.code === "E_CRANE")
        throw wrong("not asked: that takes crane", "install crane, as said above");
      if (!(error instanceof CraneFailure)) throw error;
      if (image !== base && isAbsent(error.message)) return `${registry} answers`;
      const said = image === base ? `Error: pulling ${error.message}` : error.message;
      throw imageFailure(said, { image, base }, error);
    }
  }
}

/** The server itself is asked for each: what roles add up to, only it knows. */
async function missing(config: KubeConfig, rights: readonly Right[]): Promise<Right[]> {
  const api = config.makeApiClient(AuthorizationV1Api);
  const turn = pLimit(AT_ONCE);
  const answers = await Promise.all(
    rights.map(({ resource: asked, ...right }) =>
      turn(async () => {
        const [resource = "", subresource] = asked.split("/");
        const resourceAttributes = { ...right, resource, ...(subresource && { subresource }) };
        const body = { spec: { resourceAttributes } };
        return (await api.createSelfSubjectAccessReview({ body })).status?.allowed === true;
      }),
    ),
  );
  return rights.filter((_, index) => answers[index] !== true);
}
