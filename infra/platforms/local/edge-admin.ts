// The edge's admin server: what the edge knows of its nodes, at once or when it becomes true.
import { fastify } from "fastify";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { EdgeNodes } from "./edge-nodes.ts";
import { viewOf } from "./edge-nodes.ts";
import { Waiters } from "./edge-wait.ts";

const flag = z.enum(["true", "false"]).transform((text) => text === "true");

const querySchema = z.strictObject({
  draining: flag.optional(),
  healthy: flag.optional(),
  inflight: z.coerce.number().int().min(0).optional(),
  within: z.coerce.number().min(0).max(600).default(0),
});

/**
 * The admin server, not listening yet: `GET /nodes`, and `GET /nodes/<name>?draining=&healthy=&inflight=&within=<seconds>`, which
 * answers 200 with the node once all conditions hold, 408 with the node after `within`, 404 if there is no such node then.
 * `look` must read that node's files at once, and check its health if it is out.
 */
export function adminServer(nodes: EdgeNodes, look: (name: string) => void): FastifyInstance {
  const app = fastify();
  const view = (name: string): ReturnType<typeof viewOf> | undefined => {
    const node = nodes.get(name);
    return node && viewOf(node);
  };
  const waiters = new Waiters(view);
  nodes.onState = (name) => waiters.notify(name);
  app.addHook("preClose", () => waiters.close());
  app.get("/nodes", () => nodes.views());
  app.get<{ Params: { name: string } }>("/nodes/:name", async (request, reply) => {
    const { name } = request.params;
    const query = querySchema.safeParse(request.query);
    if (!query.success)
      return reply.code(400).send({ error: "query", message: z.prettifyError(query.error) });
    const { within, ...condition } = query.data;
    // Whoever has just touched the drain file gets an answer about it, whether or not its event has arrived.
    look(name);
    const found = await waiters.until(name, condition, within);
    if (found !== undefined) return found;
    const now = view(name);
    return now
      ? reply.code(408).send(now)
      : reply.code(404).send({ error: "no-node", message: `there is no node ${name}` });
  });
  return app;
}
