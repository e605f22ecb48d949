// Every version of what is installed around pods, pinned: one changes by a commit, never by the day on which somebody runs an up.

/** Kubernetes of the cluster; in AWS's standard support until 2027-03. One minor version at a time: EKS takes no larger step. */
export const kubernetesVersion = "1.35";

/** Builds for that version of Kubernetes: `aws eks describe-addon-versions --kubernetes-version 1.35` lists others. */
export const addOnVersions = {
  "vpc-cni": "v1.22.4-eksbuild.3",
  "kube-proxy": "v1.35.3-eksbuild.29",
  "eks-pod-identity-agent": "v1.3.10-eksbuild.3",
  coredns: "v1.13.2-eksbuild.31",
  "aws-ebs-csi-driver": "v1.66.0-eksbuild.1",
  "metrics-server": "v0.8.1-eksbuild.10",
};

export type AddOn = keyof typeof addOnVersions;

export interface Chart {
  repository: string;
  chart: string;
  version: string;
}

const chart = (repository: string, name: string, version: string): Chart => ({
  repository,
  chart: name,
  version,
});

export const charts = {
  metrics: chart("https://prometheus-community.github.io/helm-charts", "kube-prometheus-stack", "88.5.3"),
  rollouts: chart("https://argoproj.github.io/argo-helm", "argo-rollouts", "2.41.1"),
  keda: chart("https://kedacore.github.io/charts", "keda", "2.20.2"),
  postgres: chart("https://cloudnative-pg.github.io/charts", "cloudnative-pg", "0.29.0"),
  balancer: chart("https://aws.github.io/eks-charts", "aws-load-balancer-controller", "3.5.0"),
  autoscaler: chart("https://kubernetes.github.io/autoscaler", "cluster-autoscaler", "9.59.0"),
};

/** The controller that waves were proven with: the chart brings 1.9.1, with the same shapes of its objects. */
export const rolloutsTag = "v1.9.2";
