// The shape of a cluster as a platform: which one, where releases are pushed as images, where metrics and backups are.
import { z } from "zod";
import { size } from "./unit-fields.ts";

const dnsLabel = (what: string) =>
  z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, { error: `must be ${what}` });

const labels = () => z.record(z.string().regex(/^[\w./-]{1,253}$/), z.string().regex(/^[\w.-]{0,63}$/));

const imageDigest = () =>
  z.string().regex(/^[a-z0-9][\w.:/-]*@sha256:[0-9a-f]{64}$/, {
    error: "must name an image by its digest, such as node:24-slim@sha256:<64 hex digits>",
  });

export const kubernetesSchema = z.strictObject({
  context: z
    .string()
    .min(1)
    .max(253)
    .optional()
    .describe("The only context of the kubeconfig that is touched; required on kubernetes"),
  namespace: dnsLabel("a name of a namespace, such as game-prod")
    .optional()
    .describe("Namespace of the environment; surefoot-<environment> where left out"),
  registry: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.:-]*(\/[a-z0-9][\w.-]*)*$/, {
      error: "must be a registry and a path, such as registry.example.com/game",
    })
    .optional()
    .describe("Where releases are pushed as images; required for pods"),
  base: imageDigest().optional().describe("Image that releases are laid upon; required for pods"),
  pullSecret: dnsLabel("the name of a secret")
    .optional()
    .describe("Secret of the namespace that holds the registry's credentials"),
  prometheus: z
    .url({
      protocol: /^https?$/,
      error: "must be an address, such as http://prometheus-operated.monitoring:9090",
    })
    .default("http://prometheus-operated.monitoring:9090")
    .describe("Prometheus, as Argo Rollouts reaches it"),
  monitorLabels: labels()
    .default({})
    .describe("Labels by which the Prometheus operator picks monitors and rules"),
  ingress: z
    .strictObject({
      class: dnsLabel("an ingress class, such as nginx").describe("Class of the ingress controller"),
      namespace: dnsLabel("a name of a namespace, such as ingress-nginx")
        .default("ingress-nginx")
        .describe("Where its controller runs: nobody else outside reaches services of kind http"),
      tlsSecret: dnsLabel("the name of a secret")
        .optional()
        .describe("Secret with the certificate of edge.domain"),
    })
    .optional()
    .describe("How users reach services of kind http, under edge.domain"),
  backups: z
    .strictObject({
      destination: z
        .string()
        .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[\w./-]*)?$/, {
          error: "must be a bucket and a path, such as s3://game-backups/prod",
        })
        .describe("Object store that the database is backed up to"),
      endpoint: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe("Address of a store that is not AWS"),
      secret: dnsLabel("the name of a secret").describe("Secret with ACCESS_KEY_ID and ACCESS_SECRET_KEY"),
    })
    .optional()
    .describe("Where base backups and WAL of the database go"),
  storageClass: dnsLabel("a storage class").optional().describe("Class of the database's volumes"),
});

export const resourcesSchema = z.strictObject({
  cpu: z
    .string({ error: "must be text: put it in quotes" })
    .regex(/^(\d+(\.\d{1,3})?|\d+m)$/, { error: "must be cores or thousandths of one, such as 500m or 2" })
    .default("250m")
    .describe("Share of a machine's cores that is kept for a pod"),
  memory: size("16MiB", "1TiB")
    .prefault("512MiB")
    .describe("Memory kept for a pod; one that uses more is ended"),
});
