// Which versions of Kubernetes this works with: older ones lack what our pods and our way of writing ask for.
import { Refusal } from "../errors.ts";
import type { Kube } from "./kube-client.ts";

/** The oldest that is still looked after by anyone (2026), and that the pinned provider and Argo Rollouts 1.9 are made for. */
export const oldestMinor = 30;

/** Refuses an older cluster with E_KUBE_VERSION. */
export async function checkVersion(kube: Pick<Kube, "text">): Promise<string> {
  const { major, minor, gitVersion } = versionIn(await kube.text("/version"));
  // Some clouds write "30+".
  const at = Number.parseInt(minor ?? "", 10);
  if (Number(major) > 1 || at >= oldestMinor) return gitVersion ?? `${major}.${minor}`;
  throw new Refusal("E_KUBE_VERSION", {
    what: `the cluster runs Kubernetes ${gitVersion ?? minor}, and 1.${oldestMinor} or newer is needed`,
    state: "nothing was touched",
    next: "upgrade the cluster, or name a newer one in kubernetes.context of the description",
  });
}

function versionIn(text: string): Record<string, string> {
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch {
    throw new Refusal("E_KUBE_UNREACHABLE", {
      what: "what answers at the server of the kubeconfig is no API server: it answers no JSON",
      state: "nothing was touched",
      next: "check network, VPN and proxy (a sign-in page of the network answers like this), then run the same command again",
    });
  }
}
