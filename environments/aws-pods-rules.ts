// Rules of services that run as pods on platform aws: what their cluster must be told, and which names it takes for itself.
import type { Finding, Path } from "./complaint.ts";
import type { ForPlatform } from "./platform-rules.ts";

/** Namespaces that the program fills with what is there for all. */
export const takenNamespaces = ["argo-rollouts", "cnpg-system", "keda", "kube-system", "monitoring"];
/** Taken by Kubernetes itself. */
const ownNamespaces = ["default", "kube-node-lease", "kube-public"];

/** What is impossible; nothing where no service runs as pods. */
export function awsPodsRules({ services, kubernetes }: ForPlatform): Finding[] {
  const pods = Object.keys(services).filter((name) => services[name]?.runs === "pods");
  const [first] = pods;
  if (first === undefined) return [];
  const findings: Finding[] = [];
  const complain = (path: Path, rule: string, message: string) => findings.push({ path, rule, message });
  const runs = ["services", first, "runs"];
  if (kubernetes.registry === undefined)
    complain(
      runs,
      "pods-registry-missing",
      "pods need a place for their images: write kubernetes: {registry: registry.example.com/game}",
    );
  if (kubernetes.base === undefined)
    complain(
      runs,
      "pods-base-missing",
      "pods need an image that releases are laid upon: write kubernetes: {base: node:24-slim@sha256:<64 hex digits>}",
    );
  const { namespace } = kubernetes;
  if (namespace !== undefined && [...takenNamespaces, ...ownNamespaces].includes(namespace))
    complain(["kubernetes", "namespace"], "namespace-taken", `${namespace} is not the environment's own`);
  for (const name of Object.keys(services)) {
    const taken = name === "cluster" || pods.some((pod) => name === `pods-${pod}` || name === `${pod}-pods`);
    if (taken) complain(["services", name], "name-taken", `the cluster has something of the name ${name}`);
  }
  return findings;
}

/** Keys under `kubernetes` that the cluster of platform aws never reads: it is made by this program, which knows them. */
export const notOnAws = ["context", "prometheus", "monitorLabels", "ingress", "backups", "storageClass"];
