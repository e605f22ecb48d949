// Which versions of Kubernetes this works with: older ones lack what our pods and our way of writing ask for.
import { Refusal } from "../errors.ts";
import type { Kube } from "./kube-client.ts";

/** The oldest that is still looked after by anyone (2026), and that the pinned provider and Argo Rollouts 1.9 are made for. */
export const oldestMinor = 30;

/** Refuses an older cluster with E_KUBE_VERSION. */
export async function checkVersion(kube: Pick<Kube, "text">): Promise<string> {
  const { major, minor, gitVersion } = JSON.parse(await kube.text("/version")) as Record<string, string>;
  // Some clouds write "30+".
  const at = Number.parseInt(minor ?? "", 10);
  if (Number(major) > 1 || at >= oldestMinor) return gitVersion ?? `${major}.${minor}`;
  throw new Refusal("E_KUBE_VERSION", {
    what: `the cluster runs Kubernetes ${gitVersion ?? minor}, and 1.${oldestMinor} or newer is needed`,
    state: "nothing was touched",
    next: "upgrade the cluster, or name a newer one in kubernetes.context of the description",
  });
}
