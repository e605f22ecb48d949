// Objects of kinds that are not Kubernetes' own: Argo Rollouts, KEDA, CloudNativePG, the Prometheus operator.
import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Context, Metadata } from "./context.ts";

export const rolloutKind = { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout" };
export const analysisKind = { apiVersion: "argoproj.io/v1alpha1", kind: "AnalysisTemplate" };
export const scaledKind = { apiVersion: "keda.sh/v1alpha1", kind: "ScaledObject" };
export const clusterKind = { apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster" };
export const scheduledBackupKind = { apiVersion: "postgresql.cnpg.io/v1", kind: "ScheduledBackup" };
export const objectStoreKind = { apiVersion: "barmancloud.cnpg.io/v1", kind: "ObjectStore" };
export const serviceMonitorKind = { apiVersion: "monitoring.coreos.com/v1", kind: "ServiceMonitor" };
export const podMonitorKind = { apiVersion: "monitoring.coreos.com/v1", kind: "PodMonitor" };
export const ruleKind = { apiVersion: "monitoring.coreos.com/v1", kind: "PrometheusRule" };
export const alertRoutesKind = { apiVersion: "monitoring.coreos.com/v1alpha1", kind: "AlertmanagerConfig" };

/** Declares one; the engine knows it by its kind and name. */
export function customObject(
  context: Context,
  kind: { apiVersion: string; kind: string },
  metadata: Metadata,
  spec: object,
  options: pulumi.CustomResourceOptions = context.options,
): kubernetes.apiextensions.CustomResource {
  return new kubernetes.apiextensions.CustomResource(metadata.name, { ...kind, metadata, spec }, options);
}
