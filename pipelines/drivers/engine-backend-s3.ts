// The engine's state in a bucket, for a team: shared by all its machines, secrets encrypted by a key of KMS.
import { hostname } from "node:os";
import { z } from "zod";
import { project } from "../../infra/names.ts";
import { behindEndpoint, s3Client } from "./aws-clients.ts";
import type { EngineBackend } from "./engine-backend.ts";
import { isAlive, lockSchema } from "./engine-lock.ts";
import { openObjects } from "./store-s3-objects.ts";
import type { Objects } from "./store-s3-objects.ts";

/** As `state:` in a description. */
export interface SharedState {
  bucket: string;
  region: string;
  /** `alias/name`, an id or an ARN. */
  key: string;
}

// Beside the store's objects, which lie below another.
const folder = "engine/";
const kept = 60;

/** The backend in this bucket. Nothing is asked of AWS before the engine starts, or `holders` or `prune` is called. */
export function s3Backend(shared: SharedState): EngineBackend {
  return {
    url: backendUrl(shared, behindEndpoint()),
    secretsProvider: secretsUrl(shared),
    env: {
      // A clone that never saw this stack has no settings of it: its key is then told by the state itself.
      PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
    },
    holders: (stack) => inBucket(shared, (objects) => holders(objects, stack)),
    prune: (stack) => inBucket(shared, (objects) => prune(objects, stack)),
  };
}

/** `s3://bucket/engine?region=...` */
export function backendUrl({ bucket, region }: SharedState, endpoint: boolean): string {
  const query = new URLSearchParams({ region, ...(endpoint && { use_path_style: "true" }) });
  return `s3://${bucket}/${folder.slice(0, -1)}?${query}`;
}

/** `awskms://alias/name?region=...`; an ARN stands after a third slash. */
export const secretsUrl = ({ key, region }: SharedState): string =>
  `awskms://${key.startsWith("arn:") ? "/" : ""}${key}?region=${region}`;

async function inBucket<T>(
  { bucket, region }: SharedState,
  work: (objects: Objects) => Promise<T>,
): Promise<T> {
  const client = await s3Client(region);
  try {
    const s3 = await import("@aws-sdk/client-s3");
    return await work(openObjects({ client, s3, bucket, region, prefix: folder }));
  } finally {
    client.destroy();
  }
}

const datedLock = lockSchema.extend({ timestamp: z.string().optional() });

/** A lock of another machine is never taken for a dead one's: only its people can know. */
async function holders(objects: Objects, stack: string): Promise<string[]> {
  const keys = await objects.list(`.pulumi/locks/organization/${project}/${stack}/`);
  const found = await Promise.all(keys.map((key) => objects.get(key)));
  return found.flatMap((lock) => {
    // Given back while we looked.
    if (lock === undefined) return [];
    const read = datedLock.safeParse(parsed(lock.text)).data;
    if (read === undefined) return ["somebody whose lock cannot be read"];
    const { pid, username, hostname: host, timestamp } = read;
    if (host === hostname() && !isAlive(pid)) return [];
    return [`${username}@${host} pid ${pid}${timestamp === undefined ? "" : ` since ${timestamp}`}`];
  });
}

/** Names begin with the stack's and carry the time, so their order is that of the updates. */
async function prune(objects: Objects, stack: string): Promise<void> {
  for (const kind of ["history", "backups"]) {
    const keys = await objects.list(`.pulumi/${kind}/${project}/${stack}/`);
    await objects.remove(keys.toSorted().slice(0, -kept));
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
