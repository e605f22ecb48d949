// The kubeconfig of a cluster on AWS: no credentials in it, only how the person's or the workflow's own become a token.

export interface ClusterOutputs {
  name: string;
  endpoint: string;
  /** Base64 of the cluster's certificate authority. */
  certificate: string;
  namespace: string;
  /** Services that run there. */
  services: string[];
}

export interface KubeConfig {
  apiVersion: "v1";
  kind: "Config";
  "current-context": string;
  clusters: { name: string; cluster: { server: string; "certificate-authority-data": string } }[];
  contexts: { name: string; context: { cluster: string; user: string; namespace: string } }[];
  users: { name: string; user: { exec: Exec } }[];
}

interface Exec {
  apiVersion: string;
  command: string;
  args: string[];
  interactiveMode: "Never";
}

/** One context, named like the cluster. A token comes from `aws eks get-token` and is valid for a quarter of an hour. */
export function clusterConfig(cluster: Omit<ClusterOutputs, "services">, region: string): KubeConfig {
  const { name, endpoint, certificate, namespace } = cluster;
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [{ name, cluster: { server: endpoint, "certificate-authority-data": certificate } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    users: [
      {
        name,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "aws",
            args: ["eks", "get-token", "--output", "json", "--cluster-name", name, "--region", region],
            interactiveMode: "Never",
          },
        },
      },
    ],
  };
}
