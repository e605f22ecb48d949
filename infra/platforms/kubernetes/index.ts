// The kubernetes platform: a description in, everything it asks for in one namespace of the cluster that it names, outputs out.
import type { Description } from "../../../environments/shape.ts";
import type { KubernetesOutputs } from "../../outputs.ts";
import { kubernetesContext } from "./context.ts";
import { podsPlatform } from "./pods.ts";

/** Declares the environment. Throws, saying what to write, where the description leaves out what a cluster needs. */
export function kubernetesPlatform(description: Description): KubernetesOutputs {
  const context = kubernetesContext(description);
  return {
    platform: "kubernetes",
    context: description.kubernetes.context ?? "",
    namespace: context.namespace,
    services: Object.keys(description.services),
    edge: podsPlatform(context).edge,
  };
}
