// The contract between the planes: what the infra plane tells and the release plane reads. Written here, parsed here.
import { z } from "zod";

const outputsSchema = z.object({
  platform: z.enum(["local", "ssh", "kubernetes", "aws"]),
  nodes: z.array(z.object({ name: z.string(), service: z.string(), zone: z.string() })),
});

export type Outputs = z.infer<typeof outputsSchema>;

/** Stack outputs as the engine gives them, checked; undefined for a stack that was never brought up. */
export function parseOutputs(values: Record<string, unknown>): Outputs | undefined {
  const parsed = outputsSchema.safeParse(values);
  return parsed.success ? parsed.data : undefined;
}
