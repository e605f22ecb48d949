// Users with few rights: a service account each, with the token and the kubeconfig to be it.
import { join } from "node:path";
import { writeKubeconfig } from "./kubeconfig.ts";
import type { Access } from "./kubeconfig.ts";
import type { Kubectl } from "./kubectl.ts";

export interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

export interface User {
  kubeconfig: string;
  context: string;
  token: string;
}

const accountsNamespace = "surefoot-rig";
const mark = "rig.surefoot.dev/is";

/** What is needed to make users of one cluster. */
export interface Users {
  kubectl: Kubectl;
  access: Omit<Access, "context" | "token">;
  /** Where their kubeconfigs go. */
  folder: string;
}

/** Makes `name`, who may do what `rules` say: in the whole cluster, or in `namespace` only. */
export async function makeUser(
  { kubectl, access, folder }: Users,
  name: string,
  rules: readonly Rule[],
  namespace?: string,
): Promise<User> {
  const apiVersion = "rbac.authorization.k8s.io/v1";
  const wide = namespace === undefined ? "Cluster" : "";
  const metadata = {
    name: `${accountsNamespace}-${name}`,
    labels: { [mark]: "user" },
    ...(namespace === undefined ? {} : { namespace }),
  };
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: `${wide}Role`, name: metadata.name };
  const subjects = [{ kind: "ServiceAccount", name, namespace: accountsNamespace }];
  const items = [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: accountsNamespace } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: accountsNamespace } },
    { apiVersion, kind: `${wide}Role`, metadata, rules },
    { apiVersion, kind: `${wide}RoleBinding`, metadata, roleRef, subjects },
  ];
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  await kubectl.with(list, "apply", "--server-side", "-f", "-");
  const token = (await kubectl("create", "token", name, "-n", accountsNamespace, "--duration=4h")).trim();
  const kubeconfig = join(folder, `${name}.kubeconfig`);
  writeKubeconfig(kubeconfig, [{ ...access, context: name, token }]);
  return { kubeconfig, context: name, token };
}

/** Takes all of them away again, for a cluster that stays. */
export async function removeUsers(kubectl: Kubectl): Promise<void> {
  const marked = ["-l", `${mark}=user`, "--ignore-not-found"];
  await kubectl("delete", "clusterrole,clusterrolebinding", ...marked);
  await kubectl("delete", "role,rolebinding", "-A", ...marked);
  await kubectl("delete", "namespace", accountsNamespace, "--ignore-not-found");
}
