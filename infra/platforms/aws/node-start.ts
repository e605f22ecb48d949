// What a new machine does first (its user data): become a node, and boot on the pin. Which release that is, it asks for by itself.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Service } from "../../../environments/shape.ts";
import { shellLines } from "../settings.ts";
import { nodeUser } from "./ssh-config.ts";
import { deregistrationDelay } from "./target-groups.ts";

export interface NodeStart {
  service: Service;
  environment: string;
  region: string;
  /** Bucket with `node/<digest>.sh`, `artifacts/sha256/<hex>.tar` and `pins/<service>.json`. */
  bucket: string;
  /** Name of the Auto Scaling group. */
  group: string;
  logGroup: string;
  secret: string;
  /** Port that the service listens on. */
  port: number;
}

export const launchHook = "start";
export const drainHook = "drain";

// Node.js runs the releases, the agent sends logs. Both come from the repository of Amazon Linux, which lies in S3.
const packages = ["nodejs24", "amazon-cloudwatch-agent"];

/** The node's script as every platform has it. It is too long for user data, and is fetched by its digest. */
export function nodeScript(): { text: string; digest: string } {
  const text = readFileSync(join(import.meta.dirname, "..", "node.sh"), "utf8");
  return { text, digest: createHash("sha256").update(text).digest("hex") };
}

/** A POSIX sh script, the same for the same inputs. Nothing of a release is in it: a release must not replace machines. */
export function nodeStart(wanted: NodeStart): string {
  const { service } = wanted;
  return `#!/bin/sh
# Makes this machine a node of ${service.name}. Written by infra/platforms/aws/node-start.ts.
set -eu
umask 077
prefix=\${SUREFOOT_PREFIX:-}
root=$prefix/opt/surefoot/${service.name}
# Only root writes here: what it runs must not lie where a service could change it.
conf=$prefix/etc/surefoot/${service.name}
mkdir -p "$conf" "$root"
chmod 755 "\${root%/*}"
cat >"$conf/host.env" <<'HOST_ENV'
${shellLines(settings(wanted))}HOST_ENV
cat >"$conf/drain.sh" <<'DRAIN_SH'
${part("node-drain.sh")}DRAIN_SH
. "$conf/host.env"
${part("node-start.sh")}`;
}

/** Seconds that the group waits for a node to be emptied: the drain, the stop, and a minute to say so. */
export function drainWithin(service: Service): number {
  return Math.min(7200, deregistrationDelay(service) + Math.ceil(service.stopWithin) + 60);
}

function settings({ service, ...wanted }: NodeStart): Record<string, string> {
  return {
    SERVICE: service.name,
    NODE_USER: nodeUser,
    ENVIRONMENT: wanted.environment,
    REGION: wanted.region,
    BUCKET: wanted.bucket,
    GROUP: wanted.group,
    LAUNCH_HOOK: launchHook,
    DRAIN_HOOK: drainHook,
    LOG_GROUP: wanted.logGroup,
    SECRET: wanted.secret,
    PACKAGES: packages.join(" "),
    NODE_SH: nodeScript().digest,
    SERVICE_PORT: String(wanted.port),
    HEALTH: service.health,
    METRICS_PATH: service.metricsPath,
    SESSIONS: service.metrics.sessions,
    START_WITHIN: String(Math.ceil(service.startWithin)),
    STOP_WITHIN: String(Math.ceil(service.stopWithin)),
    DRAIN_LIMIT: String(deregistrationDelay(service)),
  };
}

function part(file: string): string {
  return readFileSync(join(import.meta.dirname, file), "utf8");
}
