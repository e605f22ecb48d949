// Who may do what in the cluster: workflows by access entries; a preview sees the shape of things and none of the services' secrets.
import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { labelsOf } from "../kubernetes/labels.ts";
import type { Workflows } from "./access.ts";
import type { Context } from "./context.ts";
import { chartNamespaces } from "./eks-values.ts";

const VIEWERS = "surefoot-preview";

/** Declares the entries; whoever made the cluster has one already. Returns what must stand before anything is put in the cluster. */
export function clusterAccess(
  context: Context,
  cluster: aws.eks.Cluster,
  workflows: Workflows | undefined,
): pulumi.Resource[] {
  if (workflows === undefined) return [];
  const { preview, write } = workflows;
  const everywhere = { type: "cluster" };
  entry(context, "preview", cluster, preview, [VIEWERS]);
  // What a chart is, Helm keeps in a secret of the chart's namespace: a preview that looks at charts reads those.
  policy(context, "preview", cluster, preview, "AmazonEKSAdminViewPolicy", {
    type: "namespace",
    namespaces: [...chartNamespaces],
  });
  return [
    entry(context, "write", cluster, write, []),
    policy(context, "write", cluster, write, "AmazonEKSClusterAdminPolicy", everywhere),
  ];
}

function entry(
  context: Context,
  noun: keyof Workflows,
  cluster: aws.eks.Cluster,
  role: aws.iam.Role,
  kubernetesGroups: string[],
): aws.eks.AccessEntry {
  return new aws.eks.AccessEntry(
    noun,
    { clusterName: cluster.name, principalArn: role.arn, kubernetesGroups, tags: context.tags(noun) },
    context.options,
  );
}

function policy(
  context: Context,
  noun: keyof Workflows,
  cluster: aws.eks.Cluster,
  role: aws.iam.Role,
  name: string,
  accessScope: aws.types.input.eks.AccessPolicyAssociationAccessScope,
): aws.eks.AccessPolicyAssociation {
  return new aws.eks.AccessPolicyAssociation(
    noun,
    {
      clusterName: cluster.name,
      principalArn: role.arn,
      policyArn: `arn:${context.partition}:eks::aws:cluster-access-policy/${name}`,
      accessScope,
    },
    context.options,
  );
}

const LOOK = ["get", "list", "watch"];
// Of the first group everything but secrets.
const SHAPES: Record<string, string[]> = {
  "": [
    "configmaps",
    "events",
    "limitranges",
    "namespaces",
    "nodes",
    "persistentvolumeclaims",
    "pods",
    "podtemplates",
    "resourcequotas",
    "serviceaccounts",
    "services",
  ],
  apps: ["*"],
  "argoproj.io": ["*"],
  autoscaling: ["*"],
  batch: ["*"],
  "elbv2.k8s.aws": ["*"],
  "keda.sh": ["*"],
  "monitoring.coreos.com": ["*"],
  "networking.k8s.io": ["*"],
  policy: ["*"],
  "postgresql.cnpg.io": ["*"],
  "rbac.authorization.k8s.io": ["*"],
  "scheduling.k8s.io": ["*"],
  "storage.k8s.io": ["*"],
};

/** Declares what a preview may look at in the cluster; nothing where there are no workflows. */
export function clusterViewers(
  { description }: Context,
  options: pulumi.CustomResourceOptions,
  workflows: Workflows | undefined,
): void {
  if (workflows === undefined) return;
  const metadata = { name: VIEWERS, labels: labelsOf(description.name) };
  const rules = Object.entries(SHAPES).map(([group, resources]) => ({
    apiGroups: [group],
    resources,
    verbs: LOOK,
  }));
  const role = new kubernetes.rbac.v1.ClusterRole(VIEWERS, { metadata, rules }, options);
  new kubernetes.rbac.v1.ClusterRoleBinding(
    VIEWERS,
    {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.metadata.name },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: VIEWERS }],
    },
    options,
  );
}
