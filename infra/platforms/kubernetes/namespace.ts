// The namespace of the environment, and the strictest of the standard levels for what runs in it.
import * as kubernetes from "@pulumi/kubernetes";
import { project } from "../../names.ts";
import type { Context } from "./context.ts";
import { labelsOf } from "./labels.ts";

// Pinned, so that an upgrade of the cluster refuses no pod; the warning tells what the newest rules would refuse.
const ENFORCED = "v1.34";

/** Declares it. Whatever holds data lies in it: it is protected like a database. */
export function namespace(context: Context): kubernetes.core.v1.Namespace {
  const { description, stateful } = context;
  const level = "pod-security.kubernetes.io";
  return new kubernetes.core.v1.Namespace(
    "namespace",
    {
      metadata: {
        name: context.namespace,
        labels: {
          ...labelsOf(description.name),
          ...context.namespaceLabels,
          [`${level}/enforce`]: "restricted",
          [`${level}/enforce-version`]: ENFORCED,
          [`${level}/warn`]: "restricted",
          [`${level}/warn-version`]: "latest",
        },
        annotations: { [`${project}.dev/owner`]: description.owner },
      },
    },
    stateful,
  );
}
