// Requests to the rig's API server while it is being set up: fast, and without a library of Kubernetes.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";
import { parse } from "yaml";

export interface Api {
  get: (path: string) => Promise<any>;
  /** Server-side apply of a manifest, as an object or as YAML. */
  apply: (path: string, manifest: object | string) => Promise<any>;
  post: (path: string, manifest: object) => Promise<any>;
  /** Resolves once the server serves; `check` throws when it never will. */
  ready: (check: () => void) => Promise<void>;
  close: () => Promise<void>;
}

export function openApi(url: string, token: string, authority: string): Api {
  let agent: Agent | undefined;
  const ask = async (method: "GET" | "PATCH" | "POST", path: string, type?: string, body?: string) => {
    // The server writes its authority itself, at its first start.
    agent ??= new Agent({ connect: { ca: readFileSync(authority) } });
    const headers = {
      authorization: `Bearer ${token}`,
      ...(type === undefined ? {} : { "content-type": type }),
    };
    const answer = await request(`${url}${path}`, {
      method,
      headers,
      dispatcher: agent,
      ...(body === undefined ? {} : { body }),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
    return text.startsWith("{") ? JSON.parse(text) : text;
  };
  const apply: Api["apply"] = (path, manifest) => {
    const text = typeof manifest === "string" ? manifest : JSON.stringify(manifest);
    return ask("PATCH", `${path}?fieldManager=rig&force=true`, "application/apply-patch+yaml", text);
  };
  return {
    get: (path) => ask("GET", path),
    apply,
    post: (path, manifest) => ask("POST", path, "application/json", JSON.stringify(manifest)),
    ready: async (check) => {
      for (let patience = 1200; ; patience -= 1) {
        check();
        try {
          await ask("GET", "/readyz");
          return;
        } catch (error) {
          if (patience === 0) throw error;
          // The authority may have been read while it was being written.
          await agent?.destroy();
          agent = undefined;
          await sleep(50);
        }
      }
    },
    close: async () => agent?.destroy(),
  };
}

/** Applies definitions of kinds; resolves once the server serves all of them. */
export async function defineKinds(api: Api, manifests: readonly string[]): Promise<void> {
  await Promise.all(
    manifests.map(async (text) => {
      const { name } = (parse(text) as { metadata: { name: string } }).metadata;
      const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;
      await api.apply(path, text);
      for (let patience = 600; patience > 0; patience -= 1) {
        const { status } = (await api.get(path)) as { status?: { conditions?: any[] | null } };
        if (status?.conditions?.some((one) => one.type === "Established" && one.status === "True")) return;
        await sleep(50);
      }
      throw new Error(`the API server does not serve ${name}`);
    }),
  );
}

/** Resolves once every node is ready. kubectl would ask for one after the other. */
export async function nodesReady(api: Api): Promise<void> {
  for (let patience = 600; patience > 0; patience -= 1) {
    const { items } = (await api.get("/api/v1/nodes")) as { items: { status: { conditions?: any[] } }[] };
    if (items.every(({ status }) => status.conditions?.some(isReady))) return;
    await sleep(50);
  }
  throw new Error("the nodes do not become ready");
}

const isReady = (one: { type: string; status: string }): boolean =>
  one.type === "Ready" && one.status === "True";
