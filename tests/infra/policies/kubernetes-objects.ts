// Makes planned objects of a cluster as the platform does, with one thing of them changed at a time.
import type { PlannedResource } from "../../../infra/planned.ts";
import { requiredLabels } from "../../../infra/policies/tags.ts";
import { planned } from "./planned.ts";

const labels = Object.fromEntries(requiredLabels.map((name) => [name, "x"]));

/** An object in the namespace `game`; `rest` are its fields beside metadata. */
export function object(
  type: string,
  name: string,
  rest: object = {},
  more: Partial<PlannedResource> = {},
): PlannedResource {
  const metadata = { name, namespace: "game", labels };
  return planned(type, name, { apiVersion: "v1", kind: "x", metadata, ...rest }, more);
}

export const digest = `sha256:${"a".repeat(64)}`;

/** A container that no rule finds fault with. */
export function container(more: object = {}): object {
  return {
    name: "server",
    image: `registry.example.com/game/server@${digest}`,
    resources: { requests: { cpu: "250m", memory: "512Mi" }, limits: { memory: "512Mi" } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    ...more,
  };
}

/** A pod that no rule finds fault with. */
export function pod(more: object = {}, containers: object[] = [container()]): object {
  return { securityContext: { runAsNonRoot: true, runAsUser: 10_001 }, containers, ...more };
}
