// Which changes make the Kubernetes provider replace an object: fields that the API server lets nobody change.
import { isDeepStrictEqual } from "node:util";
import { releaseType } from "../platforms/kubernetes/ids.ts";
import type { Inputs } from "./given.ts";

const always = ["apiVersion", "kind", "metadata.name", "metadata.namespace"];

// As in the provider's own list (provider/pkg/provider/diff.go), for the kinds that a program of ours may hold.
const byKind: Record<string, string[]> = {
  "core/v1:PersistentVolumeClaim": [
    "spec.accessModes",
    "spec.selector",
    "spec.storageClassName",
    "spec.volumeName",
  ],
  "core/v1:ResourceQuota": ["spec.scopes"],
  // Their content too: in place only where the provider is told so.
  "core/v1:ConfigMap": ["binaryData", "data"],
  "core/v1:Secret": ["type", "stringData", "data"],
  "core/v1:Service": ["spec.clusterIP"],
  "apps/v1:DaemonSet": ["spec.selector"],
  "apps/v1:Deployment": ["spec.selector"],
  "apps/v1:StatefulSet": [
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  "batch/v1:Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  "rbac.authorization.k8s.io/v1:ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1:RoleBinding": ["roleRef"],
  "storage.k8s.io/v1:StorageClass": ["parameters", "provisioner"],
};

/** Paths of the inputs whose change replaces the object. */
export function replacingPaths(type: string, olds: Inputs, news: Inputs): string[] {
  if (type === releaseType) return ["name", "namespace"].filter((key) => olds[key] !== news[key]);
  const paths = [...always, ...(byKind[type.replace("kubernetes:", "")] ?? [])];
  return paths.filter((path) => !isDeepStrictEqual(at(olds, path), at(news, path)));
}

const at = (inputs: Inputs, path: string): unknown =>
  path.split(".").reduce<unknown>((value, key) => (value as Inputs | undefined)?.[key], inputs);
