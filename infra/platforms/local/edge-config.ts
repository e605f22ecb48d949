// What the edge serves: the shape of its config, and which service a path belongs to.
import { z } from "zod";

const serviceSchema = z.object({
  // The name stands in a host position while a request is on its way, hence host characters only.
  name: z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/),
  kind: z.enum(["http", "sessions"]),
  route: z.string().default(""),
});

export const edgeConfigSchema = z.object({
  /** Preferred public port; 0 or a busy one means any. Read at the start only. */
  port: z.number().int().min(0).max(65_535).default(0),
  /** How long a node may stay silent before the answer is 504. Read at the start only. */
  upstreamTimeoutSeconds: z.number().positive().default(30),
  services: z.array(serviceSchema),
});

export type EdgeConfig = z.infer<typeof edgeConfigSchema>;
export type EdgeService = z.infer<typeof serviceSchema>;

/** The http service with the longest route that is a whole-segment prefix of `path` ("/api" holds "/api/x", not "/apix"). */
export function serviceFor(services: readonly EdgeService[], path: string): EdgeService | undefined {
  let found: { service: EdgeService; length: number } | undefined;
  for (const service of services) {
    const route = service.route.replace(/\/+$/, "");
    const held = path === route || path.startsWith(`${route}/`);
    if (service.kind === "http" && service.route !== "" && held && route.length >= (found?.length ?? 0)) {
      found = { service, length: route.length };
    }
  }
  return found?.service;
}
