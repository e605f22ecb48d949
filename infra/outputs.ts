// The contract between the planes: what the infra plane tells and the release plane reads. Checked here, at both ends.
import { z } from "zod";

const nodes = z.array(z.object({ name: z.string(), service: z.string(), zone: z.string() }));

const awsOutputs = z.object({
  platform: z.literal("aws"),
  region: z.string(),
  /** Auto Scaling group of each service, and the target group of those behind the balancer. */
  fleets: z.array(z.object({ service: z.string(), group: z.string(), targetGroup: z.string().nullable() })),
  /** Bucket of artifacts (`artifacts/sha256/<hex>.tar`) and of boot pins (`pins/<service>.json`). */
  artifacts: z.object({ bucket: z.string() }),
  logs: z.object({ bucket: z.string() }),
  /** The cluster of services that run as pods; null without one. A stack that was last up before there were any tells none. */
  cluster: z
    .object({
      name: z.string(),
      endpoint: z.string(),
      /** Base64 of the cluster's certificate authority. */
      certificate: z.string(),
      namespace: z.string(),
      /** Services that run there; all others are in `fleets`. */
      services: z.array(z.string()),
    })
    .nullable()
    .default(null),
  database: z
    .object({
      identifier: z.string(),
      endpoint: z.string(),
      /** Endpoint of the copy for queries. */
      replica: z.string().nullable(),
      /** ARN of the secret with the administrator's password. */
      secret: z.string(),
    })
    .nullable(),
  backups: z.object({ vault: z.string() }),
  alerts: z.object({ topic: z.string() }),
  /** Where users reach the services; null without a balancer. */
  edge: z.string().nullable(),
});

const kubernetesOutputs = z.object({
  platform: z.literal("kubernetes"),
  context: z.string(),
  namespace: z.string(),
  /** Names of the services; a Rollout, a PodTemplate and a Service of that name stand in the namespace. */
  services: z.array(z.string()),
  /** Where users reach the services of kind http; null without an ingress. */
  edge: z.string().nullable(),
});

const outputsSchema = z.discriminatedUnion("platform", [
  z.object({ platform: z.literal("local"), nodes }),
  z.object({ platform: z.literal("ssh"), nodes }),
  awsOutputs,
  kubernetesOutputs,
]);

export type Outputs = z.infer<typeof outputsSchema>;
export type AwsOutputs = z.infer<typeof awsOutputs>;
export type KubernetesOutputs = z.infer<typeof kubernetesOutputs>;

/** What the program is about to tell, checked; throws with every mismatch: that is a mistake in the program. */
export function checkOutputs(values: unknown): Outputs {
  const parsed = outputsSchema.safeParse(values);
  if (parsed.success) return parsed.data;
  throw new Error(`the program's outputs break their contract: ${z.prettifyError(parsed.error)}`);
}

/** Stack outputs as the engine gives them, checked; undefined for a stack that was never brought up. */
export function parseOutputs(values: Record<string, unknown>): Outputs | undefined {
  const parsed = outputsSchema.safeParse(values);
  return parsed.success ? parsed.data : undefined;
}
