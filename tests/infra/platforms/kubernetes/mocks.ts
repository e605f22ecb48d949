// Runs the cluster's program without an engine, and keeps the manifests that it would apply.
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { loadDescription } from "../../../../environments/loader.ts";
import type { Description } from "../../../../environments/shape.ts";

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels: Record<string, string>;
    annotations?: Record<string, string>;
  };
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look deep into objects of twenty kinds
  spec: any;
  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  template: any;
}

export interface Declared {
  manifests: Manifest[];
  /** Inputs of the provider. */
  provider: Record<string, unknown>;
  told: unknown;
  /** `Kind/name` of what is protected. */
  kept: string[];
  /** By `Kind/name`: inputs whose change is no change. */
  ignored: Map<string, string[]>;
  one: (kind: string, name: string) => Manifest;
  /** Names of all of a kind, sorted. */
  names: (kind: string) => string[];
}

const environments = join(import.meta.dirname, "../../../../environments");

/** prod as it stands in the repository, but in a cluster: every part that a description can ask for. */
export function inCluster(more: Partial<Description["kubernetes"]> = {}): Description {
  const loaded = loadDescription(environments, "prod");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.complaints));
  const { account: _account, review: _review, ...description } = structuredClone(loaded.description);
  return {
    ...description,
    platform: "kubernetes",
    kubernetes: {
      ...description.kubernetes,
      context: "rig",
      registry: "registry.example.com/game",
      base: `node:24-slim@sha256:${"a".repeat(64)}`,
      pullSecret: "registry",
      monitorLabels: { release: "monitoring" },
      ingress: { class: "nginx", namespace: "ingress-nginx", tlsSecret: "edge-tls" },
      backups: {
        destination: "s3://game-backups/prod",
        endpoint: "http://minio.storage:9000",
        secret: "backups",
      },
      storageClass: "fast",
      ...more,
    },
  };
}

/** A service of a description that is there. */
export function serviceOf(description: Description, name: string): Description["services"][string] {
  const found = description.services[name];
  if (found === undefined) throw new Error(`no service ${name}`);
  return found;
}

/** Declares the description as the platform kubernetes does. */
export async function declare(description: Description): Promise<Declared> {
  const manifests: Manifest[] = [];
  const providers: Record<string, unknown>[] = [];
  const kept: string[] = [];
  const ignored = new Map<string, string[]>();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        if (type === "pulumi:providers:kubernetes") providers.push(inputs as Record<string, unknown>);
        else manifests.push(inputs as Manifest);
        return { id: `${name}-id`, state: inputs };
      },
      call: ({ token }) => {
        throw new Error(`the program looks up ${token}`);
      },
    },
    "surefoot",
    description.name,
    false,
  );
  const { kubernetesPlatform } = await import("../../../../infra/platforms/kubernetes/index.ts");
  watchOptions(kept, ignored);
  const told = kubernetesPlatform(description);
  await pulumi.runtime.disconnect();
  const one = (kind: string, name: string): Manifest => {
    const found = manifests.filter((each) => each.kind === kind && each.metadata.name === name);
    if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} of ${kind} ${name}`);
    return found[0];
  };
  const names = (kind: string): string[] =>
    manifests
      .filter((each) => each.kind === kind)
      .map(({ metadata }) => metadata.name)
      .toSorted();
  return { manifests, provider: providers[0] ?? {}, told, kept, ignored, one, names };
}

interface Request {
  getType: () => string;
  getName: () => string;
  getProtect: () => boolean;
  getIgnorechangesList: () => string[];
}

interface Monitor {
  registerResource: (request: Request, ...rest: unknown[]) => unknown;
}

// The mocks are told of inputs only: whether a resource is protected, and what of it is ignored, stands in the request.
function watchOptions(kept: string[], ignored: Map<string, string[]>): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, ...rest) => {
    const key = `${request.getType().split(":").at(-1)}/${request.getName()}`;
    if (request.getProtect()) kept.push(key);
    if (request.getIgnorechangesList().length > 0) ignored.set(key, request.getIgnorechangesList());
    return register(request, ...rest);
  };
}
