// What every noun of the cluster's program is given: the description, its namespace and provider, the one way to name and label.
import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Description, Service } from "../../../environments/shape.ts";
import { namespaceOf } from "../../names.ts";
import { labelsOf } from "./labels.ts";
import type { Labels } from "./labels.ts";

export interface Metadata {
  name: string;
  namespace: string;
  labels: Labels;
  annotations?: Record<string, string>;
}

/** Something outside the cluster that services may call, such as a database in the same network. */
export interface Outside {
  cidr: string;
  port: number;
}

export interface Context {
  description: Description;
  namespace: string;
  /** For every object in the namespace. */
  options: pulumi.CustomResourceOptions;
  /** For objects that hold what cannot be made again. */
  stateful: pulumi.CustomResourceOptions;
  /** Beyond the namespace, the name server and the database nothing else can be called. */
  outside: readonly Outside[];
  /** What else a cloud asks of the pods of a service, such as machines of their own. */
  placement: (service: Service) => object;
  /** What else a cloud asks of the namespace. */
  namespaceLabels: Labels;
  metadata: (name: string, service?: string, annotations?: Record<string, string>) => Metadata;
}

/** What only a cloud knows of its clusters. */
export type Around = Partial<Pick<Context, "outside" | "placement" | "namespaceLabels">>;

/**
 * Declares the provider of the one context that the description names, whatever the current one is. The kubeconfig is the
 * one of KUBECONFIG, else the usual file. Throws where no context is named.
 */
export function kubernetesContext(description: Description): Context {
  const { context } = description.kubernetes;
  if (context === undefined)
    throw new Error(
      "platform kubernetes needs the cluster's context: write kubernetes: {context: my-cluster}",
    );
  const provider = new kubernetes.Provider("kubernetes", {
    context,
    // A kubeconfig differs from machine to machine: without this, another one would replace everything.
    clusterIdentifier: context,
    namespace: namespaceOf(description),
    enableServerSideApply: true,
  });
  return podsContext(description, provider);
}

/**
 * The same for a cluster that is reached by a provider made elsewhere. The description is as this cluster is to see it: all
 * its services are pods here, and its database, where it has one, lies here.
 */
export function podsContext(
  description: Description,
  provider: kubernetes.Provider,
  { outside = [], placement = () => ({}), namespaceLabels = {} }: Around = {},
): Context {
  const namespace = namespaceOf(description);
  return {
    description,
    namespace,
    outside,
    placement,
    namespaceLabels,
    options: { provider },
    stateful: { provider, protect: description.protection },
    metadata: (name, service, annotations) => ({
      name,
      namespace,
      labels: labelsOf(description.name, service),
      ...(annotations === undefined ? {} : { annotations }),
    }),
  };
}

/** The same context for what lies in the namespace: made after it, gone before it. */
export function within(context: Context, namespace: pulumi.Resource): Context {
  // What the caller waits for, the namespace has waited for.
  const dependsOn = [namespace];
  return {
    ...context,
    options: { ...context.options, dependsOn },
    stateful: { ...context.stateful, dependsOn },
  };
}
