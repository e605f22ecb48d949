// The shape of a service: what runs on its nodes, how it is built and started, what it must be given.
import { z } from "zod";
import { resourcesSchema } from "./kubernetes-shape.ts";
import { scalingSchema } from "./scaling-shape.ts";
import { rolloutSchema } from "./rollout-shape.ts";
import { duration } from "./unit-fields.ts";
import { policyForFleet } from "./waves.ts";

// Every node is a process or a machine: a slip of the finger must not order ten thousand of them.
const MAX_NODES = 1000;
const FOLDER = /^(?!\.{1,2}(\/|$))[\w.][\w.-]*(\/(?!\.{1,2}(\/|$))[\w.][\w.-]*)*$/;
// oxlint-disable-next-line no-control-regex -- a NUL ends a command early, wherever it is handed to a shell
const COMMAND = /^[^\0]*\S[^\0]*$/;

const folder = () =>
  z.string().regex(FOLDER, { error: "must be a folder inside the repository, such as examples/app" });
const path = () => z.string().regex(FOLDER, { error: "must be a file or folder inside the repository" });
const command = () => z.string().max(4096).regex(COMMAND, { error: "must be a shell command" });
const urlPath = () => z.string().regex(/^\/[\w.~/-]*$/, { error: 'must be a path that starts with "/"' });
const metric = () =>
  z.string().regex(/^[a-zA-Z_:][\w:]*$/, { error: "must be the name of a Prometheus metric" });

const metrics = z.strictObject({
  requests: metric().default("http_requests_total").describe("Counter of requests"),
  errors: metric().default("http_request_errors_total").describe("Counter of failed requests"),
  latency: metric().default("http_request_duration_seconds").describe("Histogram of durations in seconds"),
  sessions: z
    .union([z.literal(""), metric()], { error: 'must be the name of a Prometheus metric, or ""' })
    .default("")
    .describe("Gauge of open sessions; empty for a service without sessions"),
});

const configKey = () =>
  z
    .string()
    .max(100)
    .regex(/^[A-Z][A-Z0-9_]*$/, { error: "a config key is written in capitals, such as IMAGE_HOST" });

const configValue = () =>
  z
    .string({ error: "must be text: put it in quotes" })
    // oxlint-disable-next-line no-control-regex -- neither fits into an environment variable on the node
    .regex(/^[^\0\r\n]*$/, { error: "must not hold line breaks or NUL" });

export const serviceSchema = z
  .strictObject({
    kind: z
      .enum(["http", "sessions"])
      .describe("http: stateless, behind the edge; sessions: players stay connected to a node"),
    nodes: z.int().min(1).max(MAX_NODES).describe("How many nodes run it"),
    runs: z
      .enum(["machines", "pods"])
      .default("machines")
      .describe("aws: on machines of its own, or as pods of a cluster; on kubernetes always pods"),
    resources: resourcesSchema.prefault({}).describe("pods: what each one is given"),
    machine: z
      .string()
      .regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, { error: "must be a type of machine, such as t3.small" })
      .default("t3.small")
      .describe("aws: type of the machines"),
    scaling: scalingSchema
      .optional()
      .describe("aws, kubernetes: how the number of nodes follows the load; fixed where left out"),
    source: folder().describe("Folder in the repository with its source"),
    inputs: z
      .array(path())
      .max(100)
      .default([])
      .describe("Further files and folders that the build reads; a change there makes a new release too"),
    contracts: folder()
      .optional()
      .describe("Folder with samples of its messages, run against an environment before a release goes on"),
    build: command().describe(
      "Shell command run in the source folder; what it leaves in dist/ is the release",
    ),
    start: command().describe("Shell command that starts a release, run in its folder on the node"),
    route: urlPath().optional().describe("http only: path prefix at the edge; / where left out"),
    health: urlPath().default("/healthz").describe("Answers 200 when the node is ready"),
    metricsPath: urlPath().default("/metrics").describe("Answers in Prometheus text format"),
    metrics: metrics.prefault({}).describe("Names of the metrics that guards and judge read"),
    needs: z
      .record(configKey(), z.enum(["string", "url", "integer", "boolean"]))
      .default({})
      .describe("Config keys that the service must be given, and what each holds"),
    config: z
      .record(configKey(), configValue())
      .default({})
      .describe("Values given to the service as environment variables; never secrets"),
    startWithin: duration("500ms")
      .prefault("20s")
      .describe("A node that is not healthy within this time has failed"),
    stopWithin: duration().prefault("10s").describe("A process still running after this time is killed"),
    retain: z
      .int()
      .min(2)
      .max(20)
      .default(3)
      .describe("Releases that stay on each node, the running one included"),
    rollout: rolloutSchema.prefault({}).describe("How a release moves through the fleet"),
  })
  .transform(({ rollout, route, ...service }) => {
    const policy = policyForFleet(service.nodes);
    return {
      ...service,
      route: route ?? (service.kind === "http" ? "/" : ""),
      rollout: {
        ...rollout,
        waves: rollout.waves ?? policy.waves,
        failureBudget: rollout.failureBudget ?? policy.failureBudget,
        minHealthy: rollout.minHealthy ?? policy.minHealthy,
      },
    };
  });
