// Stands in for the Kubernetes provider: the real engine runs the real program, and a folder or an API server that a test started plays the cluster.
import { randomBytes } from "node:crypto";
import type { Provider } from "@pulumi/pulumi/provider/index.js";
import { serve } from "../engine/serve.ts";
import { nameOf, typeOf } from "../engine/urn.ts";
import { idFromInputs, releaseType } from "../platforms/kubernetes/ids.ts";
import { changedKeys, inputsOf, outputsOf } from "./given.ts";
import type { Inputs } from "./given.ts";
import { openCluster } from "./kubernetes-cluster.ts";
import { openFolder } from "./kubernetes-folder.ts";
import type { Objects } from "./kubernetes-folder.ts";
import { replacingPaths } from "./kubernetes-replacing.ts";

const folder = process.env["SUREFOOT_STAND_IN"];
if (!folder)
  throw new Error(
    "the stand-in for kubernetes has no folder to play the cluster: it is for offline stacks only",
  );
const kubeconfig = process.env["SUREFOOT_STAND_IN_KUBECONFIG"];
const played = openFolder(folder);
const cluster = kubeconfig ? openCluster(kubeconfig, folder) : played;
// Charts are installed by the provider itself: that is played only.
const objectsOf = (type: string): Objects => (type === releaseType ? played : cluster);

const autonamed = "pulumi.com/autonamed";

/** Gives an object without a name one, as the provider does, and the same one again while it stands. */
function named(urn: string, olds: Inputs, news: Inputs): Inputs {
  const suffix = (): string => randomBytes(4).toString("hex");
  if (typeOf(urn) === releaseType) {
    return { ...news, name: news["name"] ?? olds["name"] ?? `${nameOf(urn)}-${suffix()}` };
  }
  const { metadata = {} } = news;
  if (metadata.name !== undefined) return news;
  const before = olds["metadata"]?.annotations?.[autonamed] === "true" ? olds["metadata"].name : undefined;
  const annotations = { ...metadata.annotations, [autonamed]: "true" };
  return { ...news, metadata: { ...metadata, name: before ?? `${nameOf(urn)}-${suffix()}`, annotations } };
}

const provider: Provider = {
  version: "4.34.2",
  check: async (urn, olds, news) => ({ inputs: named(urn, olds ?? {}, news) }),
  diff: async (_id, urn, olds, news) => {
    const type = typeOf(urn);
    const before = inputsOf(olds);
    const changes = changedKeys(olds, news).length > 0;
    const replaces = changes ? replacingPaths(type, before, news) : [];
    // A name of our own can only be taken again once it is free.
    const sameId = idFromInputs(type, before) === idFromInputs(type, news);
    return { changes, replaces, deleteBeforeReplace: sameId };
  },
  create: async (urn, inputs) => {
    const type = typeOf(urn);
    const id = idFromInputs(type, inputs);
    if (id === undefined) throw new Error(`${type} ${nameOf(urn)} has no name`);
    const { status } = await objectsOf(type).create({ type, id, urn }, inputs);
    return { id, outs: outputsOf(inputs, status === undefined ? {} : { status }) };
  },
  update: async (id, urn, _olds, news) => {
    const type = typeOf(urn);
    const { status } = await objectsOf(type).update({ type, id, urn }, news);
    return { outs: outputsOf(news, status === undefined ? {} : { status }) };
  },
  read: async (id, urn, props) => {
    const type = typeOf(urn);
    const found = await objectsOf(type).read({ type, id, urn }, inputsOf(props ?? {}));
    if (found === undefined) return {};
    const { status } = found;
    return {
      id,
      inputs: found.inputs,
      props: outputsOf(found.inputs, status === undefined ? {} : { status }),
    };
  },
  delete: async (id, urn, props) => {
    const type = typeOf(urn);
    await objectsOf(type).remove({ type, id, urn }, inputsOf(props ?? {}));
  },
};

await serve(provider);
