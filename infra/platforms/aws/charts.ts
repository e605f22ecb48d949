// What every service that runs as pods relies on, installed by Helm at pinned versions: metrics first, then who uses them.
import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { labelsOf } from "../kubernetes/labels.ts";
import type { Context } from "./context.ts";
import { chartNamespace } from "./eks-namespaces.ts";
import type { Level } from "./eks-namespaces.ts";
import { charts } from "./eks-versions.ts";
import { namespaceOf, valuesOf } from "./eks-values.ts";
import type { ChartName, ValuesNeed } from "./eks-values.ts";

// A release that is not up after this time is taken back whole.
const TIMEOUT_SECONDS = 900;
const STORAGE_CLASS = "surefoot-gp3";

export interface Charts {
  /** All of them: custom resources that services are made of exist after these. */
  installed: kubernetes.helm.v3.Release[];
}

/** Declares them after nodes, add-ons and identities. */
export function installCharts(
  { description }: Context,
  options: pulumi.CustomResourceOptions,
  needs: Omit<ValuesNeed, "storageClass">,
  after: pulumi.Resource[],
): Charts {
  const ready = { ...options, dependsOn: after };
  const disks = new kubernetes.storage.v1.StorageClass(
    STORAGE_CLASS,
    {
      metadata: {
        name: STORAGE_CLASS,
        labels: labelsOf(description.name),
        annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
      },
      provisioner: "ebs.csi.aws.com",
      parameters: { type: "gp3", encrypted: "true" },
      volumeBindingMode: "WaitForFirstConsumer",
      allowVolumeExpansion: true,
    },
    ready,
  );
  const values = valuesOf({ ...needs, storageClass: STORAGE_CLASS });
  const release = (name: ChartName, first: pulumi.Resource[]) => {
    const { repository, chart, version } = charts[name];
    return new kubernetes.helm.v3.Release(
      `chart-${name}`,
      {
        name: chart,
        chart,
        version,
        repositoryOpts: { repo: repository },
        namespace: namespaceOf[name],
        values: values[name],
        atomic: true,
        timeout: TIMEOUT_SECONDS,
        // Each one is a secret as large as the chart.
        maxHistory: 3,
      },
      { ...options, dependsOn: [...after, ...first] },
    );
  };
  const own = (name: ChartName, level: Level) => chartNamespace(description, namespaceOf[name], level, ready);
  // Node exporters look at the machine itself.
  const metrics = release("metrics", [own("metrics", "privileged"), disks]);
  const others = (["rollouts", "keda", "postgres"] as const).map((name) =>
    release(name, [own(name, "restricted"), metrics]),
  );
  const system = (["balancer", "autoscaler"] as const).map((name) => release(name, []));
  return { installed: [metrics, ...others, ...system] };
}
