// The little that the stand-in needs of an API server: which path a kind has, get, server-side apply, delete.
import { KubeConfig, RequestContext, createConfiguration } from "@kubernetes/client-node";
import type { HttpMethod } from "@kubernetes/client-node";

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; uid?: string; annotations?: Record<string, string> };
  status?: Record<string, unknown>;
}

export interface Api {
  get: (manifest: Manifest) => Promise<Manifest | undefined>;
  /** Refuses unknown fields, and without `force` fields that another manager owns. */
  apply: (manifest: Manifest, manager: string, force: boolean) => Promise<Manifest>;
  /** Begins to delete, dependents first; the uid of what goes, undefined where nothing was. */
  remove: (manifest: Manifest) => Promise<string | undefined>;
}

interface Answer {
  status: number;
  body: Record<string, any>;
}

const TIMEOUT_MS = 30_000;

/** Reaches the current context of the kubeconfig. */
export function openApi(kubeconfig: string): Api {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const send = sender(config);
  const kinds = new Map<string, Promise<Answer>>();
  const pathOf = async ({ apiVersion, kind, metadata: { name, namespace } }: Manifest): Promise<string> => {
    const base = `/${apiVersion.includes("/") ? "apis" : "api"}/${apiVersion}`;
    const known = await (kinds.get(base) ?? remember(kinds, base, send("GET", base)));
    const found = known.body["resources"]?.find(
      (one: { kind: string; name: string }) => one.kind === kind && !one.name.includes("/"),
    );
    if (found === undefined) {
      // It may be made in this very update.
      kinds.delete(base);
      throw new Error(`no matches for kind "${kind}" in version "${apiVersion}"`);
    }
    const scope = found.namespaced ? `/namespaces/${namespace ?? "default"}` : "";
    return `${base}${scope}/${found.name}/${encodeURIComponent(name)}`;
  };
  return {
    get: async (manifest) => {
      const answer = await send("GET", await pathOf(manifest));
      return answer.status === 404 ? undefined : (bodyOf(answer) as Manifest);
    },
    apply: async (manifest, fieldManager, force) => {
      const query = { fieldManager, fieldValidation: "Strict", force: String(force) };
      return bodyOf(await send("PATCH", await pathOf(manifest), query, manifest)) as Manifest;
    },
    remove: async (manifest) => {
      const answer = await send("DELETE", await pathOf(manifest), { propagationPolicy: "Foreground" });
      if (answer.status === 404) return undefined;
      const { metadata, details } = bodyOf(answer);
      return metadata?.uid ?? details?.uid;
    },
  };
}

function remember(
  kinds: Map<string, Promise<Answer>>,
  base: string,
  asked: Promise<Answer>,
): Promise<Answer> {
  kinds.set(base, asked);
  asked.catch(() => kinds.delete(base));
  return asked;
}

function bodyOf({ status, body }: Answer): Record<string, any> {
  if (status < 300) return body;
  throw new Error(String(body["message"] ?? `the API server answered with ${status}`));
}

function sender(config: KubeConfig) {
  const { httpApi } = createConfiguration();
  const server = config.getCurrentCluster()?.server.replace(/\/+$/, "") ?? "";
  let connections: ReturnType<RequestContext["getDispatcher"]>;
  return async (
    method: HttpMethod | "GET" | "PATCH" | "DELETE",
    path: string,
    query: Record<string, string> = {},
    body?: object,
  ): Promise<Answer> => {
    const context = new RequestContext(`${server}${path}`, method as HttpMethod);
    for (const [name, value] of Object.entries(query)) context.setQueryParam(name, value);
    if (body !== undefined) {
      context.setHeaderParam("Content-Type", "application/apply-patch+yaml");
      context.setBody(JSON.stringify(body));
    }
    await config.applySecurityAuthentication(context);
    // The library makes new connections for each request; one set is enough.
    connections ??= context.getDispatcher();
    if (connections !== undefined) context.setDispatcher(connections);
    context.setSignal(AbortSignal.timeout(TIMEOUT_MS));
    try {
      const response = await httpApi.send(context).toPromise();
      const text = await response.body.text();
      return { status: response.httpStatusCode, body: parsed(text) };
    } catch (error) {
      throw new Error(`configured Kubernetes cluster is unreachable: ${causes(error)}`, { cause: error });
    }
  };
}

function parsed(text: string): Record<string, any> {
  try {
    return JSON.parse(text) as Record<string, any>;
  } catch {
    return { message: text.trim() };
  }
}

const causes = (error: unknown): string =>
  error instanceof Error
    ? [error.message, ...(error.cause === undefined ? [] : [causes(error.cause)])].join(": ")
    : String(error);
