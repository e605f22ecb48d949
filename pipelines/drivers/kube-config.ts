// Which cluster is meant: the one context that the description names, and only while the kubeconfig agrees.
import { KubeConfig } from "@kubernetes/client-node";
import { printable } from "../ledger/printable.ts";
import { Refusal } from "../errors.ts";

const untouched = "nothing was touched";

/**
 * The kubeconfig ($KUBECONFIG, else ~/.kube/config) with this context. Refuses with E_KUBE_CONTEXT one that cannot be read,
 * a context that is not in it, and another one being current: who looks at one cluster with kubectl must not change another.
 */
export function configOf(context: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new Refusal("E_KUBE_CONTEXT", {
      what: `the kubeconfig cannot be read: ${printable((error as Error).message)}`,
      state: untouched,
      next: "mend it, or name another one in KUBECONFIG",
    });
  }
  const known = config.getContexts().map(({ name }) => name);
  if (!known.includes(context)) {
    const list = known.length === 0 ? "it has none" : `it has ${known.map(printable).join(", ")}`;
    throw new Refusal("E_KUBE_CONTEXT", {
      what: `the kubeconfig has no context ${context}: ${list}`,
      state: untouched,
      next: "get the cluster's kubeconfig, or name the right one in kubernetes.context of the description",
    });
  }
  const current = config.getCurrentContext();
  if (current !== context) {
    throw new Refusal("E_KUBE_CONTEXT", {
      what: `the current context is ${printable(current || "none")}, and this environment is in ${context}`,
      state: untouched,
      next: `kubectl config use-context ${context}`,
    });
  }
  return config;
}
