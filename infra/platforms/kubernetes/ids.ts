// Which id the provider gives an object, `namespace/name`: what an interrupted update made can be found again by it.

type Inputs = Record<string, unknown>;

export const releaseType = "kubernetes:helm.sh/v3:Release";

// Kinds without a namespace, of those that a program may hold.
const clusterScoped = new Set([
  "APIService",
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "IngressClass",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "RuntimeClass",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
]);

/** The kind in a type such as `kubernetes:core/v1:Service`. */
export const kindOf = (type: string): string => type.split(":").at(-1) ?? "";

/** The id that these inputs lead to; undefined where the name is not known. */
export function idFromInputs(type: string, inputs: Inputs): string | undefined {
  const metadata = type === releaseType ? inputs : inputs["metadata"];
  const { name, namespace } = (metadata ?? {}) as Inputs;
  if (typeof name !== "string" || name === "") return undefined;
  if (clusterScoped.has(kindOf(type))) return name;
  return `${typeof namespace === "string" && namespace !== "" ? namespace : "default"}/${name}`;
}
