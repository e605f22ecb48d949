// Which cluster is meant: the one context that the description names, and only while the kubeconfig agrees.
import { spawn } from "node:child_process";
import type { SpawnOptions } from "node:child_process";
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
  checkPlace(config, context);
  limitSignIn(config);
  return config;
}

/** The library finds out with its first request, and then says nothing of a kubeconfig. */
function checkPlace(config: KubeConfig, context: string): void {
  const { cluster, user } = config.getContextObject(context) ?? {};
  const server = config.getCurrentCluster()?.server;
  const wrong =
    server === undefined
      ? `has no cluster ${cluster}`
      : !config.getCurrentUser()
        ? `has no user ${user}`
        : !/^https?:$/.test(URL.parse(server)?.protocol ?? "")
          ? `leads to ${server}, which is no address of a server`
          : undefined;
  if (wrong === undefined) return;
  throw new Refusal("E_KUBE_CONTEXT", {
    what: `the context ${context} of the kubeconfig ${printable(wrong)}`,
    state: untouched,
    next: "get the cluster's kubeconfig anew, or mend it",
  });
}

// Time for a person to sign in with a browser.
const signInMs = 120_000;

/** The library waits for a program that signs in for ever, and does not tell it what kind of answer is wanted. */
function limitSignIn(config: KubeConfig): void {
  const { authenticators } = config as unknown as { authenticators: { execFn?: unknown }[] };
  const { apiVersion } = (config.getCurrentUser()?.exec ?? {}) as { apiVersion?: string };
  const told = JSON.stringify({ apiVersion, kind: "ExecCredential", spec: { interactive: false } });
  const signIn = (command: string, words: string[] = [], { env = process.env }: SpawnOptions = {}) => {
    const child = spawn(command, words, {
      env: { ...env, KUBERNETES_EXEC_INFO: told },
      stdio: ["ignore", "pipe", "pipe"],
    });
    setTimeout(() => child.kill(), signInMs).unref();
    return child;
  };
  for (const one of authenticators) if (one.execFn !== undefined) one.execFn = signIn;
}
