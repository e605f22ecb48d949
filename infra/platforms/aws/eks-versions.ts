// Every version of what is installed around pods, pinned: one changes by a commit, never by the day on which somebody runs an up.
import { charts as others } from "../kubernetes/charts.ts";

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

const { metrics, rollouts, keda, postgres } = others;

/** Load is told by an add-on here. */
export const charts = {
  metrics,
  rollouts,
  keda,
  postgres,
  balancer: {
    repository: "https://aws.github.io/eks-charts",
    chart: "aws-load-balancer-controller",
    version: "3.5.0",
  },
  autoscaler: {
    repository: "https://kubernetes.github.io/autoscaler",
    chart: "cluster-autoscaler",
    version: "9.59.0",
  },
};
