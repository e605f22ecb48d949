// A running edge for tests, with its public and admin servers at hand.
import { Agent, request } from "undici";
import { onTestFinished } from "vitest";
import type { NodeView } from "../../../../infra/platforms/local/edge-nodes.ts";
import { startProcess } from "./process-rig.ts";
import type { Started } from "./process-rig.ts";

interface EdgeAddress {
  pid: number;
  port: number;
  adminPort: number;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface Edge extends Started<EdgeAddress> {
  url: string;
  ask: (path: string, options?: object) => Promise<Answer>;
  admin: (path: string) => Promise<{ status: number; node: NodeView }>;
  /** Waits until the edge takes each of those nodes for healthy. */
  healthy: (...names: string[]) => Promise<void>;
}

export const appConfig = { port: 0, services: [{ name: "app", kind: "http", route: "/" }] };

export async function startEdge(root: string, config: object = appConfig): Promise<Edge> {
  const started = await startProcess<EdgeAddress>("edge", root, config);
  const url = `http://127.0.0.1:${started.address.port}`;
  const agent = new Agent();
  onTestFinished(() => agent.destroy());
  const ask = async (path: string, options: object = {}): Promise<Answer> => {
    const { statusCode, headers, body } = await request(url + path, { dispatcher: agent, ...options });
    return { status: statusCode, headers, body: await body.text() };
  };
  const admin = async (path: string): Promise<{ status: number; node: NodeView }> => {
    const answer = await request(`http://127.0.0.1:${started.address.adminPort}${path}`, {
      dispatcher: agent,
    });
    return { status: answer.statusCode, node: (await answer.body.json()) as NodeView };
  };
  const healthy = async (...names: string[]): Promise<void> => {
    const answers = await Promise.all(names.map((name) => admin(`/nodes/${name}?healthy=true&within=10`)));
    const ill = answers.find(({ status }) => status !== 200);
    if (ill !== undefined) throw new Error(`not healthy: ${JSON.stringify(ill)}`);
  };
  return { ...started, url, ask, admin, healthy };
}
