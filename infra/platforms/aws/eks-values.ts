// What each chart is told: only what differs from its own defaults, and names that others of us rely on.
import type * as pulumi from "@pulumi/pulumi";
import { chartNamespaces as others, rolloutsTag } from "../kubernetes/charts.ts";
import { accounts } from "./eks-identities.ts";
import type { charts } from "./eks-versions.ts";

export type ChartName = keyof typeof charts;

/** Namespace of each chart. */
export const namespaceOf: Record<ChartName, string> = {
  metrics: accounts.alerts.namespace,
  rollouts: others.rollouts,
  keda: others.keda,
  postgres: others.postgres,
  balancer: accounts.balancer.namespace,
  autoscaler: accounts.autoscaler.namespace,
};

export const chartNamespaces = new Set(Object.values(namespaceOf));

export interface ValuesNeed {
  cluster: pulumi.Input<string>;
  region: string;
  vpc: pulumi.Input<string>;
  topic: pulumi.Input<string>;
  storageClass: string;
  /** Seconds that the slowest pod may take to end. */
  longestEnd: number;
}

type Values = Record<string, unknown>;

/** Values of all charts. */
export function valuesOf(needs: ValuesNeed): Record<ChartName, Values> {
  return {
    metrics: metrics(needs),
    rollouts: {
      // The custom resources go with the cluster, and with them every rollout: never with the chart alone.
      keepCRDs: true,
      controller: {
        replicas: 2,
        image: { tag: rolloutsTag },
        metrics: { enabled: true, serviceMonitor: { enabled: true } },
        pdb: { enabled: true, maxUnavailable: 1 },
      },
    },
    keda: { prometheus: { operator: { enabled: true, serviceMonitor: { enabled: true } } } },
    postgres: { monitoring: { podMonitorEnabled: true } },
    balancer: {
      clusterName: needs.cluster,
      region: needs.region,
      // Metadata is out of a pod's reach: what it would find out there is told.
      vpcId: needs.vpc,
      serviceAccount: { create: true, name: accounts.balancer.serviceAccount },
      // It binds pods to groups that are there, and makes no balancers for anybody.
      createIngressClassResource: false,
      enableServiceMutatorWebhook: false,
      enableBackendSecurityGroup: false,
    },
    autoscaler: {
      cloudProvider: "aws",
      awsRegion: needs.region,
      autoDiscovery: { clusterName: needs.cluster },
      rbac: { create: true, serviceAccount: { create: true, name: accounts.autoscaler.serviceAccount } },
      extraArgs: {
        "balance-similar-node-groups": true,
        // Its own limit is ten minutes: a player who stays longer would be cut off.
        "max-graceful-termination-sec": needs.longestEnd,
        "skip-nodes-with-system-pods": false,
      },
    },
  };
}

const everyMonitor = ["serviceMonitor", "podMonitor", "rule", "probe", "scrapeConfig"].map((kind) => [
  `${kind}SelectorNilUsesHelmValues`,
  false,
]);

function metrics({ region, topic, storageClass }: ValuesNeed): Values {
  const disk = (storage: string) => ({
    volumeClaimTemplate: {
      spec: {
        storageClassName: storageClass,
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage } },
      },
    },
  });
  return {
    grafana: { enabled: false },
    // AWS's side of the cluster, which shows no metrics to it.
    kubeControllerManager: { enabled: false },
    kubeScheduler: { enabled: false },
    kubeEtcd: { enabled: false },
    kubeProxy: { enabled: false },
    prometheus: {
      prometheusSpec: {
        ...Object.fromEntries(everyMonitor),
        retention: "15d",
        retentionSize: "40GB",
        storageSpec: disk("50Gi"),
      },
    },
    alertmanager: {
      serviceAccount: { create: true, name: accounts.alerts.serviceAccount },
      alertmanagerSpec: { storage: disk("1Gi") },
      config: {
        route: {
          receiver: "topic",
          group_by: ["alertname", "namespace", "about"],
          // These two ring always, or only for other alarms.
          routes: [{ receiver: "nobody", matchers: ['alertname =~ "Watchdog|InfoInhibitor"'] }],
        },
        receivers: [
          { name: "nobody" },
          { name: "topic", sns_configs: [{ topic_arn: topic, sigv4: { region }, send_resolved: true }] },
        ],
      },
    },
  };
}
