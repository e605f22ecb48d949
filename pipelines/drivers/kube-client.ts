// The API server of one cluster, in the few verbs that the release plane needs; the library signs in and carries the bytes.
import { KubeConfig, RequestContext, createConfiguration } from "@kubernetes/client-node";
import type { HttpMethod } from "@kubernetes/client-node";
import { KubeAnswer, SignInFailure } from "./kube-failure.ts";
import { kindPath } from "./kube-kinds.ts";
import type { Kind } from "./kube-kinds.ts";

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: { kind: string; name: string; uid: string }[];
  };
}

export interface Ref {
  kind: Kind;
  name: string;
}

/** Objects of one namespace. Each verb throws KubeAnswer for an answer that is no success, and the transport's own errors. */
export interface Kube {
  namespace: string;
  /** Epoch milliseconds by the clock of the API server, as far as its last answer tells: that of this machine may be wrong. */
  now: () => number;
  /** Undefined: there is no such object. A kind that the cluster does not know is an error. */
  get: <T extends KubeObject>(ref: Ref) => Promise<T | undefined>;
  list: <T extends KubeObject>(kind: Kind, labelSelector?: string) => Promise<T[]>;
  /** Server-side apply, strict: a field that the server does not know is refused. `force`: takes fields over from others. */
  apply: <T extends KubeObject>(
    object: KubeObject,
    options: { manager: string; force?: boolean; dryRun?: boolean },
  ) => Promise<T>;
  /** A merge patch of the status, as operators of Argo Rollouts do it. */
  patchStatus: (ref: Ref, patch: object, options?: { dryRun?: boolean }) => Promise<void>;
  /** No error where it is gone already. */
  remove: (ref: Ref) => Promise<void>;
  /** The body of a GET on a path of the API server, such as `/version`. */
  text: (path: string) => Promise<string>;
  /** The body of a GET on a service of the cluster, through the API server. `path` begins with a slash and may hold a query. */
  proxy: (service: string, namespace: string, port: number, path: string) => Promise<string>;
}

// Longer than a slow list of a large namespace, shorter than a person's patience.
const timeoutMs = 15_000;

interface Asked {
  query?: Record<string, string>;
  body?: object;
  type?: string;
}

export function openKube(config: KubeConfig, namespace: string): Kube {
  let ahead = 0;
  const ask = requester(config, (date) => (ahead = skew(date, Date.now())));
  const scoped = (kind: Kind, name?: string): string => kindPath(kind, namespace, name);
  return {
    namespace,
    now: () => Date.now() + ahead,
    get: async <T extends KubeObject>({ kind, name }: Ref) => {
      try {
        return JSON.parse(await ask("GET", scoped(kind, name))) as T;
      } catch (error) {
        if (error instanceof KubeAnswer && isAbsent(error)) return undefined;
        throw error;
      }
    },
    list: async <T extends KubeObject>(kind: Kind, labelSelector?: string) => {
      const query = labelSelector === undefined ? {} : { labelSelector };
      const { items } = JSON.parse(await ask("GET", scoped(kind), { query })) as { items: T[] };
      return items;
    },
    apply: async <T extends KubeObject>(
      object: KubeObject,
      options: { manager: string; force?: boolean; dryRun?: boolean },
    ) => {
      const query = {
        fieldManager: options.manager,
        force: String(options.force ?? false),
        fieldValidation: "Strict",
        ...dry(options),
      };
      const path = scoped(object.kind as Kind, object.metadata.name);
      return JSON.parse(
        await ask("PATCH", path, { query, body: object, type: "application/apply-patch+yaml" }),
      ) as T;
    },
    patchStatus: async ({ kind, name }, patch, options = {}) => {
      const path = `${scoped(kind, name)}/status`;
      const type = "application/merge-patch+json";
      await ask("PATCH", path, { body: { status: patch }, type, query: dry(options) });
    },
    remove: async ({ kind, name }) => {
      try {
        await ask("DELETE", scoped(kind, name), { query: { propagationPolicy: "Background" } });
      } catch (error) {
        if (!(error instanceof KubeAnswer && isAbsent(error))) throw error;
      }
    },
    text: (path) => ask("GET", path),
    proxy: (service, at, port, path) =>
      ask("GET", `/api/v1/namespaces/${at}/services/${service}:${port}/proxy${path}`),
  };
}

/** Milliseconds that another clock is ahead. It tells whole seconds, and they were some time on their way: few are none. */
function skew(told: number, now: number): number {
  return Math.abs(told - now) > 5000 ? told - now : 0;
}

const dry = ({ dryRun = false }: { dryRun?: boolean }): Record<string, string> =>
  dryRun ? { dryRun: "All" } : {};

/** An object is missing, not the kind of it: the server says NotFound for the one, and answers in plain text for the other. */
const isAbsent = ({ status, message }: KubeAnswer): boolean =>
  status === 404 && !/could not find the requested resource|page not found/.test(message);

function requester(
  config: KubeConfig,
  answered: (date: number) => void,
): (method: HttpMethod, path: string, asked?: Asked) => Promise<string> {
  const { httpApi } = createConfiguration();
  const server = config.getCurrentCluster()?.server.replace(/\/+$/, "") ?? "";
  let connections: ReturnType<RequestContext["getDispatcher"]>;
  return async (method, path, { query = {}, body, type = "application/json" } = {}) => {
    const context = new RequestContext(`${server}${path}`, method);
    for (const [name, value] of Object.entries(query)) context.setQueryParam(name, value);
    if (body !== undefined) {
      context.setHeaderParam("Content-Type", type);
      context.setBody(JSON.stringify(body));
    }
    await config.applySecurityAuthentication(context).catch((error: unknown) => {
      throw new SignInFailure(error);
    });
    // A header that cannot be sent is quoted by the library, token and all.
    if (/[^\t\x20-\x7e]/.test(context.getHeaders()["Authorization"] ?? "")) throw new SignInFailure();
    // The library makes new connections for each request; one set is enough, while tokens are renewed each time.
    connections ??= context.getDispatcher();
    if (connections !== undefined) context.setDispatcher(connections);
    context.setSignal(AbortSignal.timeout(timeoutMs));
    const response = await httpApi.send(context).toPromise();
    answered(Date.parse(response.headers["date"] ?? ""));
    const text = await response.body.text();
    if (response.httpStatusCode >= 300) throw new KubeAnswer(response.httpStatusCode, text);
    return text;
  };
}
