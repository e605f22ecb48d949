// A description on platform ssh for tests: so many servers, and whatever `ssh` says.
import { descriptionSchema } from "../../../../environments/shape.ts";
import type { Description } from "../../../../environments/shape.ts";

const server = {
  kind: "sessions",
  source: "examples/server",
  build: "true",
  start: "exec true",
  metrics: { sessions: "game_sessions" },
};

export function describedFor(ssh: object, nodes: number): Description {
  const services = nodes === 0 ? {} : { server: { ...server, nodes } };
  const { services: parsed, ...rest } = descriptionSchema.parse({ platform: "ssh", services, ssh });
  const named = Object.entries(parsed).map(([name, service]) => [name, { ...service, name }]);
  return { ...rest, name: "test", services: Object.fromEntries(named) };
}
